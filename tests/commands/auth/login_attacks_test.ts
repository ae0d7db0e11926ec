import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam } from "../../../src/local/team.ts";
import { parseTranscript } from "../../cli/transcript.ts";
import { playTranscript } from "../../cli/transcript_run.ts";
import { childEnvironment } from "../../../scripts/child_environment.ts";
import { programCommand } from "../../e2e/program.ts";
import { TestDir } from "../../support/test_dir.ts";
import {
  firstReason,
  NO_LINKS,
  NO_MODES,
  NOT_ROOT,
  testUnless,
} from "../../support/test_unless.ts";

/** Runs `auth login` for the lead of a platform, the token on stdin. */
async function logIn(
  home: TestDir,
  { env = {}, arrange = () => {} }: {
    env?: Record<string, string>;
    arrange?: (platform: Awaited<ReturnType<typeof startLocalPlatform>>) => void;
  } = {},
): Promise<{ code: number; output: string; token: string }> {
  await using platform = await startLocalPlatform();
  const [lead] = await createTeam(platform);
  if (!lead) throw new Error("No team");
  arrange(platform);
  const [command, ...args] = programCommand();
  const child = new Deno.Command(command, {
    args: [...args, "auth", "login", "--workspace-id", lead.id, "--platform-url", platform.url],
    clearEnv: true,
    env: { ...childEnvironment(), CONFIGS_DIR: home.at("state"), ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${lead.token}\n`));
  // The pipe stays open: a line is enough.
  const { code, stdout, stderr } = await child.output();
  await writer.close().catch(() => {});
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout) + decoder.decode(stderr);
  assert(!output.includes(lead.token), "The token shows");
  return { code, output, token: lead.token };
}

Deno.test("a line on stdin is enough, whoever keeps the pipe open", async () => {
  await using home = await TestDir.make();
  const { code, output, token } = await logIn(home);
  assertEquals(code, 0, output);
  assertEquals(await Deno.readTextFile(home.at("state", ".auth_token")), token);
});

testUnless(NO_LINKS, "a link at settings.json is not followed, and nothing is saved", async () => {
  await using home = await TestDir.make();
  await Deno.mkdir(home.at("state"), { mode: 0o700 });
  await home.write("theirs.json", "{}");
  await Deno.symlink(home.at("theirs.json"), home.at("state", "settings.json"));
  const { code, output } = await logIn(home);
  assertEquals(code, 1);
  assertStringIncludes(output, "expected a regular file, got a symbolic link");
  assertStringIncludes(output, "Nothing was saved.");
  assertEquals(await Deno.readTextFile(home.at("theirs.json")), "{}");
  assertEquals([...Deno.readDirSync(home.at("state"))].length, 1);
});

testUnless(NO_LINKS, "a link at .auth_token is not followed, and the settings stay", async () => {
  await using home = await TestDir.make();
  await Deno.mkdir(home.at("state"), { mode: 0o700 });
  await home.write("theirs", "old");
  await Deno.symlink(home.at("theirs"), home.at("state", ".auth_token"));
  const { code, output } = await logIn(home);
  assertEquals(code, 1, output);
  assertEquals(await Deno.readTextFile(home.at("theirs")), "old");
  assertEquals([...Deno.readDirSync(home.at("state"))].map(({ name }) => name), [".auth_token"]);
});

testUnless(
  firstReason(NO_MODES, NOT_ROOT),
  "a state directory of another user is refused before the token is used",
  async () => {
    await using home = await TestDir.make();
    await Deno.mkdir(home.at("state"), { mode: 0o700 });
    await Deno.chown(home.at("state"), 65_533, 65_533);
    let asked = false;
    const { code, output } = await logIn(home, {
      arrange: (platform) => void platform.faults.use(() => void (asked = true)),
    });
    assertEquals(code, 2);
    assertStringIncludes(output, "belongs to another user");
    assertEquals([...Deno.readDirSync(home.at("state"))], []);
    assertEquals(asked, false);
  },
);

Deno.test("escape codes in a workspace's name and in an error do not reach the terminal", async () => {
  for (const status of [200, 500]) {
    await using home = await TestDir.make();
    const odd = "\x1b]0;owned\x07\x1b[2J\u202eLead\r\nSaved the token: no";
    const { output } = await logIn(home, {
      arrange: (platform) =>
        void platform.faults.use(({ path }) =>
          /^\/workspaces\/[^/]+$/.test(path)
            ? Response.json({ name: odd, error: odd }, { status })
            : undefined
        ),
    });
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(output), JSON.stringify(output));
    assert(!output.includes("\nSaved the token: no"), output);
  }
});

Deno.test("10 MB of answer is given up, and nothing is saved", async () => {
  await using home = await TestDir.make();
  const { code, output } = await logIn(home, {
    arrange: (platform) => void platform.faults.use(() => new Response("x".repeat(10_000_000))),
  });
  assertEquals(code, 1);
  assert(output.length < 1000, output.slice(0, 1000));
  assertEquals([...Deno.readDirSync(home.path)], []);
});

Deno.test("more than 64 KiB, or no text, on stdin is no token", async () => {
  const stdin = (text: string) =>
    playTranscript(parseTranscript(`stdin\n| ${text}\n$ molecule-mcp auth login\nexit 2\n`));
  const [, step] = await stdin("x".repeat(70_000));
  assert(step?.kind === "step");
  assertStringIncludes(step.expected.stderr, "cannot read the token from stdin");
  assertEquals(step.expected.code, 2);
});
