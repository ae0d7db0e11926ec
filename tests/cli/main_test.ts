import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { helpText } from "../../src/commands/help.ts";
import { main } from "../../src/main.ts";
import { VERSION } from "../../src/version.ts";
import { IS_EXECUTABLE, programCommand } from "../e2e/program.ts";
import { runCommand, runProgram } from "./support.ts";
import { NO_SHELL, testUnless } from "../support/test_unless.ts";

const TOKEN = "tok-Xy7_NobodyMaySeeThisOne-0123456789-0123";
const WARNING = "A token never belongs on the command line.";

/** A complete environment whose platform is never asked, for as long as `run` takes. */
async function withCompleteEnv<T>(run: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const stateDir = await Deno.makeTempDir({ prefix: "molecule-cli-" });
  const env = {
    WORKSPACE_ID: "ws-1",
    PLATFORM_URL: "http://127.0.0.1:9",
    MOLECULE_WORKSPACE_TOKEN: TOKEN,
    CONFIGS_DIR: stateDir,
    MOLECULE_MCP_DISABLE_HEARTBEAT: "1",
    MOLECULE_MCP_DISABLE_INBOX: "1",
  };
  try {
    return await run(env);
  } finally {
    await Deno.remove(stateDir, { recursive: true });
  }
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

for (
  const [args, expected] of [
    [["--verbose"], "unknown flag --verbose"],
    [["--help", "me"], 'unknown command "me"'],
    [["version", "2"], "--version stands alone"],
    [["x y"], "unknown command"],
    [
      ["auth", "logn"],
      'unknown command "auth logn"; expected one of: .*; did you mean auth login\\?',
    ],
    [["auth", TOKEN], `unknown command; expected one of: .*\n${WARNING}`],
    [[`--token=${TOKEN}`], `unknown flag --token\n${WARNING}`],
    [[`--${TOKEN}`], `unknown flag\n${WARNING}`],
    [[TOKEN], `unknown command\n${WARNING}`],
  ] as const
) {
  Deno.test(`the arguments ${JSON.stringify(args).replace(TOKEN, "a token")} end it with 2`, async () => {
    const { code, stdout, stderr } = await withCompleteEnv((env) => runProgram({ args, env }));
    assertEquals([code, stdout], [2, ""]);
    assertMatch(
      stderr,
      new RegExp(`^molecule-mcp: ${expected}\nWhat there is:.*molecule-mcp --help\n`),
    );
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

Deno.test("a short token pasted into every setting is not shown", async () => {
  const token = "tok_SECRET123";
  const env = { WORKSPACE_ID: token, PLATFORM_URL: token, MOLECULE_WORKSPACE_TOKEN: token };
  const { code, stdout, stderr } = await runProgram({ env });
  assertEquals(code, 2);
  assert(!`${stdout}${stderr}`.includes(token), stderr);
  assertMatch(stderr, /PLATFORM_URL: .*\[redacted\]/);
});

Deno.test("nor is one that is shown escaped", async () => {
  const env = { WORKSPACE_ID: 'tok"SEC"RET', MOLECULE_WORKSPACE_TOKEN: 'tok"SEC"RET' };
  const { code, stderr } = await runProgram({ env });
  assertEquals(code, 2);
  assert(!stderr.includes("RET"), stderr);
});

Deno.test("a complete environment starts the server, which ends with its input", async () => {
  const { code, stdout, stderr } = await withCompleteEnv((env) => runProgram({ env }));
  assertEquals([code, stdout, stderr], [0, "", ""]);
});

Deno.test("notices about the settings go to stderr, without the token", async () => {
  const { code, stderr } = await withCompleteEnv((env) =>
    runProgram({ env: { ...env, DELEGATION_TIMEOUT: "soon" } })
  );
  assertEquals(code, 0);
  assertMatch(stderr, /^\[molecule-mcp\] Ignoring DELEGATION_TIMEOUT: .*\n$/);
});

testUnless(IS_EXECUTABLE ? "its permissions are inside the executable" : undefined, {
  name: "without the permission to read its settings it says how to give it",
  fn: async () => {
    const { code, stdout, stderr } = await withCompleteEnv((env) =>
      runProgram({ env, permissions: ["--allow-read"] })
    );
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "--allow-env=WORKSPACE_ID,PLATFORM_URL,");
    assertNotMatch(stderr, /NotCapable|\n\s+at /);
  },
});

testUnless(NO_SHELL, {
  name: "a variable that is no text is told by name, not by what is in it",
  fn: async () => {
    const quoted = programCommand().map((part) => `'${part}'`).join(" ");
    const script = `MODEL=$(printf 'x\\377y') exec ${quoted}`;
    const { code, stdout, stderr } = await withCompleteEnv((env) =>
      runCommand("sh", ["-c", script], env)
    );
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "MODEL: its value is not valid UTF-8");
    assertNotMatch(stderr, /x.+y\n/);
  },
});
