import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { helpText } from "../../src/cli/help.ts";
import { main } from "../../src/main.ts";
import { VERSION } from "../../src/version.ts";
import { IS_EXECUTABLE, programCommand } from "../e2e/program.ts";
import { runCommand, runProgram } from "./support.ts";

const TOKEN = "tok-Xy7_NobodyMaySeeThisOne-0123456789";

/** A complete environment whose platform is never asked. */
async function completeEnv(): Promise<Record<string, string> & { CONFIGS_DIR: string }> {
  return {
    WORKSPACE_ID: "ws-1",
    PLATFORM_URL: "http://127.0.0.1:9",
    MOLECULE_WORKSPACE_TOKEN: TOKEN,
    CONFIGS_DIR: await Deno.makeTempDir({ prefix: "molecule-cli-" }),
    MOLECULE_MCP_DISABLE_HEARTBEAT: "1",
    MOLECULE_MCP_DISABLE_INBOX: "1",
  };
}

for (const argument of ["--help", "-h", "help"]) {
  Deno.test(`${argument} shows the help on stdout, whatever the environment`, async () => {
    const { code, stdout, stderr } = await runProgram({
      args: [argument],
      env: { PLATFORM_URL: "nonsense" },
    });
    assertEquals([code, stdout, stderr], [0, `${helpText()}\n`, ""]);
  });
}

for (const argument of ["--version", "-V", "version"]) {
  Deno.test(`${argument} shows the version on stdout`, async () => {
    const { code, stdout, stderr } = await runProgram({ args: [argument] });
    assertEquals([code, stderr], [0, ""]);
    // What is built names its commit too.
    assertMatch(stdout, new RegExp(`^molecule-mcp ${RegExp.escape(VERSION)}( \\([^)]+\\))?\n$`));
  });
}

for (const args of [["--verbose"], ["serve"], ["--help", "me"], ["version", "2"], [""], [TOKEN]]) {
  Deno.test(`the arguments ${JSON.stringify(args).replace(TOKEN, "a token")} end it with 2`, async () => {
    const { code, stdout, stderr } = await runProgram({ args, env: await completeEnv() });
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /unknown argument.*--help.*--version/);
    assert(!stderr.includes(TOKEN), "The token shows");
  });
}

Deno.test("main is there for other programs, and starting it is theirs", () => {
  assertEquals([typeof main, main.length], ["function", 1]);
});

Deno.test("an incomplete environment ends it with 2 and the friendly text, nothing on stdout", async () => {
  const { code, stdout, stderr } = await runProgram();
  assertEquals([code, stdout], [2, ""]);
  assert(stderr.startsWith("molecule-mcp: missing required environment\n"));
  assertNotMatch(stderr, /\n\s+at |Stack|Allow/);
});

Deno.test("a complete environment starts the server, which ends with its input", async () => {
  const env = await completeEnv();
  const { code, stdout, stderr } = await runProgram({ env });
  assertEquals([code, stdout, stderr], [0, "", ""]);
});

Deno.test("notices of the settings are told on stderr, without the token", async () => {
  const env = { ...await completeEnv(), DELEGATION_TIMEOUT: "soon" };
  const { code, stderr } = await runProgram({ env });
  assertEquals(code, 0);
  assertMatch(stderr, /^\[molecule-mcp\] Ignoring DELEGATION_TIMEOUT: .*\n$/);
});

Deno.test({
  name: "without the permission to read its settings it says how to give it",
  ignore: IS_EXECUTABLE,
  fn: async () => {
    const { code, stdout, stderr } = await runProgram({
      env: await completeEnv(),
      permissions: ["--allow-read"],
    });
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "--allow-env=WORKSPACE_ID,PLATFORM_URL,");
    assertNotMatch(stderr, /NotCapable|\n\s+at /);
  },
});

Deno.test({
  name: "a variable that is no text is told by name, not by what is in it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const quoted = programCommand().map((part) => `'${part}'`).join(" ");
    const script = `MODEL=$(printf 'x\\377y') exec ${quoted}`;
    const { code, stdout, stderr } = await runCommand("sh", ["-c", script], await completeEnv());
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "MODEL: its value is not valid UTF-8");
    assertNotMatch(stderr, /x.+y\n/);
  },
});
