import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startLocal } from "../cli/local_process.ts";
import { noTryLock } from "../cli/no_try_lock.ts";
import { runProgram } from "../cli/support.ts";
import { TestDir } from "../support/test_dir.ts";
import { firstReason, NO_SIGNALS } from "../support/test_unless.ts";
import { processTest } from "./whole_process.ts";
import { programCommand } from "./program.ts";
import { ServerProcess } from "./server_process.ts";

/** Settings that lead elsewhere: with `--local` they do not count. */
const ELSEWHERE = {
  WORKSPACE_ID: "elsewhere",
  PLATFORM_URL: "http://127.0.0.1:9",
  MOLECULE_WORKSPACE_TOKEN: "token-of-elsewhere-0123456789",
};

function homeOf(dir: TestDir): Record<string, string> {
  return { HOME: dir.path, USERPROFILE: dir.path };
}

function serveLocal(env: Record<string, string>): Promise<ServerProcess> {
  return ServerProcess.start(env, { command: [...programCommand(), "serve", "--local"] });
}

processTest(
  "with --local an agent is in the local platform, whatever the environment says",
  async () => {
    await using dir = await TestDir.make();
    await using _local = await startLocal(dir.path);
    await using server = await serveLocal({ ...homeOf(dir), ...ELSEWHERE });
    assertStringIncludes(await server.call("list_peers"), "Researcher");
    const { code, stdout } = await runProgram({ args: ["status"], env: homeOf(dir) });
    assertEquals(code, 0);
    assertMatch(stdout, /^ {2}profile +local$/m);
  },
  NO_SIGNALS,
);

processTest("an agent goes on when the local platform is started again", async () => {
  await using dir = await TestDir.make();
  await using first = await startLocal(dir.path, "--port=0");
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(first.said) ?? [];
  await using server = await serveLocal(homeOf(dir));
  assertStringIncludes(await server.call("list_peers"), "Researcher");
  await first.end();
  await using _second = await startLocal(dir.path, `--port=${port}`);
  assertStringIncludes(await server.call("list_peers"), "Researcher");
}, NO_SIGNALS);

processTest("without a local platform, serve --local says how to start one", async () => {
  await using dir = await TestDir.make();
  for (const args of [["--local"], ["serve", "--local"]]) {
    const { code, stdout, stderr } = await runProgram({ args, env: homeOf(dir) });
    assertEquals([code, stdout], [2, ""]);
    assertMatch(
      stderr,
      /^molecule-mcp: no local platform runs\.\nStart one in another terminal: .* local\n$/,
    );
  }
  assert(!(await dir.names()).includes(".molecule-workspace"));
});

processTest(
  "after a local platform that was killed, serve --local says the same",
  async () => {
    await using dir = await TestDir.make();
    await using local = await startLocal(dir.path);
    await local.end("SIGKILL");
    const { code, stderr } = await runProgram({ args: ["--local"], env: homeOf(dir) });
    assertEquals(code, 2);
    assert(stderr.startsWith("molecule-mcp: no local platform runs"), stderr);
  },
  firstReason(NO_SIGNALS, await noTryLock()),
);

processTest(
  "install --local writes an entry that needs nothing else, and takes it out",
  async () => {
    await using dir = await TestDir.make();
    await using _local = await startLocal(dir.path);
    const env = homeOf(dir);
    const installed = await runProgram({ args: ["install", "claude-code", "--local"], env });
    assertEquals(installed.code, 0, installed.stderr);
    const { mcpServers } = JSON.parse(await Deno.readTextFile(dir.at(".claude.json")));
    const { args } = mcpServers["molecule-local"];
    assertEquals(args.at(-1), "--local");
    assertStringIncludes(installed.stderr, "Settings: complete");
    const listed = await runProgram({ args: ["clients"], env });
    assertStringIncludes(listed.stdout, "molecule-local");
    const removed = await runProgram({ args: ["uninstall", "claude-code", "--local"], env });
    assertEquals(removed.code, 0, removed.stderr);
  },
  NO_SIGNALS,
);
