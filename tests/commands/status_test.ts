import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { StatusFile, statusPath } from "../../src/cli/status_file.ts";
import { findServers } from "../../src/commands/status/find_servers.ts";
import { field, isObject } from "../../src/lib/json.ts";
import { type Ended, runProgram } from "../cli/support.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import { testWorkspace } from "../e2e/test_workspace.ts";
import { processTest } from "../e2e/whole_process.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_LINKS, NO_NAMED_PIPES, NOT_ROOT, testUnless } from "../support/test_unless.ts";

const SERVER = "0123456789abcdef0123456789abcdef";

async function statusOf(stateDir: string, ...args: string[]): Promise<Ended> {
  return await runProgram({ args: ["status", ...args], env: { CONFIGS_DIR: stateDir } });
}

/** Asks until the condition holds. */
async function until(
  stateDir: string,
  holds: (servers: readonly Record<string, unknown>[]) => boolean,
): Promise<readonly Record<string, unknown>[]> {
  while (true) {
    const { stdout } = await statusOf(stateDir, "--json");
    const servers = field(JSON.parse(stdout), "servers");
    if (!Array.isArray(servers) || !servers.every(isObject)) throw new Error(stdout);
    if (holds(servers)) return servers;
    await new Promise((done) => setTimeout(done, 100));
  }
}

function workspaceOf(server: Record<string, unknown> | undefined): Record<string, unknown> {
  const first = Array.isArray(server?.workspaces) ? server.workspaces[0] : undefined;
  return isObject(first) ? first : {};
}

processTest("two servers: who delivers and who stands by, until one is killed", async () => {
  await using workspace = await testWorkspace();
  const { env, stateDir, platform, id } = workspace;
  await using first = await ServerProcess.start(env, { clientName: "claude-code" });
  const [alone] = await until(
    stateDir,
    ([server]) =>
      workspaceOf(server).last_heartbeat_at != null && workspaceOf(server).inbox === "delivering" &&
      server?.client !== null,
  );
  assertEquals(field(alone, "pid"), first.pid);
  assertEquals(field(alone, "client"), { name: "claude-code", version: "1.0.0" });
  assertEquals(workspaceOf(alone).presence, "online");
  await platform.sendAsUser(id, "hello");
  await until(stateDir, ([server]) => workspaceOf(server).waiting === 1);

  await using second = await ServerProcess.start(env, { clientName: "codex" });
  const standingBy = await until(
    stateDir,
    (servers) => servers.some((server) => workspaceOf(server).inbox === "standing_by"),
  );
  const waits = standingBy.find((server) => workspaceOf(server).inbox === "standing_by");
  assertEquals(waits?.pid, second.pid);
  assertEquals(workspaceOf(waits).delivered_by, {
    pid: first.pid,
    client: { name: "claude-code", version: "1.0.0" },
    presence: "online",
  });
  const { stdout, code } = await statusOf(stateDir);
  assertEquals(code, 0);
  assertStringIncludes(stdout, `standing by: process ${first.pid} for claude-code 1.0.0 delivers`);
  assertMatch(stdout, /presence {3}ok {3}online for \d+ s, last heartbeat \d+ s ago/);
  assertStringIncludes(stdout, "delivering, 1 message waits");

  const killed = first.pid;
  first.kill();
  const after = await until(
    stateDir,
    (servers) =>
      servers.some(({ running }) => running === false) &&
      workspaceOf(servers.find(({ running }) => running)).inbox === "delivering",
  );
  assertEquals(after.map(({ pid, running }) => [pid, running]), [
    [second.pid, true],
    [killed, false],
  ]);
  assertStringIncludes((await statusOf(stateDir)).stdout, `Process ${killed} is gone`);
  // The next one clears up after it.
  await using _third = await ServerProcess.start(env);
  await until(
    stateDir,
    (servers) => servers.length === 2 && servers.every(({ running }) => running),
  );
});

processTest(
  "a server that ended well leaves nothing; a problem is shown with its age",
  async () => {
    await using workspace = await testWorkspace();
    const { env, stateDir } = workspace;
    const token = "wrong-token-0123456789-0123456789-012345678";
    {
      await using _server = await ServerProcess.start({ ...env, MOLECULE_WORKSPACE_TOKEN: token });
      await until(
        stateDir,
        ([server]) =>
          workspaceOf(server).presence === "refused" && Array.isArray(server?.errors) &&
          server.errors.length > 0,
      );
      const { stdout, stderr } = await statusOf(stateDir);
      assertMatch(
        stdout,
        /presence {3}FAIL the platform has refused the token for \d+ s, no heartbeat yet/,
      );
      assertMatch(stdout, /problem {4}WARN \d+ s ago \(\d\d:\d\d\).*: .*401/);
      assertMatch(stdout, /inbox {6}FAIL receives nothing while the platform refuses the token/);
      assertNotMatch(stdout, / ok .*(delivering|online)/);
      assertEquals(stderr, "Next:\n  molecule-mcp auth login\n");
      assert(!stdout.includes(token), "the token is shown");
      for await (const { name } of Deno.readDir(stateDir)) {
        if (!name.startsWith(".mcp_status_") || !name.endsWith("json")) {
          continue;
        }
        const text = await Deno.readTextFile(join(stateDir, name));
        assert(!text.includes(token), `the token is in ${name}`);
      }
    }
    const { stdout } = await statusOf(stateDir);
    assertEquals(stdout, `No server is running for ${stateDir}.\n`);
    const left = await Array.fromAsync(Deno.readDir(stateDir), ({ name }) => name);
    assertEquals(left.filter((name) => name.startsWith(".mcp_status_")), []);
  },
);

Deno.test("a reader always finds the whole file, however often it is written", async () => {
  await using dir = await TestDir.make();
  const files = [1, 2].map((pid) =>
    new StatusFile(dir.path, () => ({ format: 1, pid, version: "x".repeat(100_000) }))
  );
  for (const file of files) file.open();
  const places = [{ profile: null, state_dir: dir.path }];
  while ((await findServers(places)).servers.length < 2) await new Promise((r) => setTimeout(r, 5));
  for (let look = 0; look < 300; look++) {
    for (const file of files) file.changed();
    const { servers, unreadable } = await findServers(places);
    assertEquals(unreadable, []);
    assertEquals(servers.map(({ running }) => running), [true, true]);
  }
  for (const file of files) await file.close();
});

testUnless(
  NO_LINKS,
  "a link, a pipe, a huge file and another user's are not followed or shown",
  async () => {
    await using dir = await TestDir.make();
    const path = (digit: string) => statusPath(dir.path, digit.repeat(32), "json");
    const secret = await dir.write("secret", JSON.stringify({ format: 1, version: "secret" }));
    await Deno.symlink(secret, path("1"));
    using huge = await Deno.open(path("2"), { write: true, createNew: true });
    await huge.truncate(1024 ** 3);
    if (NO_NAMED_PIPES === undefined) {
      assert((await new Deno.Command("mkfifo", { args: [path("3")] }).output()).success);
    }
    const { code, stdout, stderr } = await statusOf(dir.path);
    assertEquals([code, stdout], [0, `No server is running for ${dir.path}.\n`]);
    assertStringIncludes(stderr, "expected a regular file, got a symbolic link");
    assertStringIncludes(stderr, "expected at most 262144 bytes, got 1073741824 bytes");
    assertStringIncludes(stderr, "expected a regular file, got a named pipe");
  },
);

testUnless(NOT_ROOT, "a file of another user that cannot be read is named", async () => {
  await using dir = await TestDir.make();
  await dir.write(`.mcp_status_${SERVER}.json`, JSON.stringify({ format: 1, pid: 7 }), 0o000);
  await Deno.chown(dir.at(`.mcp_status_${SERVER}.json`), 12345, 12345);
  const { code, stdout } = await statusOf(dir.path);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "Process 7 is gone"); // Root reads it all the same.
});

Deno.test("a directory full of such files is read so far", async () => {
  await using dir = await TestDir.make();
  const text = JSON.stringify({ format: 1, workspaces: Array(1000).fill({ id: "x" }) });
  for (let n = 0; n < 300; n++) {
    await dir.write(`.mcp_status_${String(n).padStart(32, "0")}.json`, text);
  }
  const { servers } = await findServers([{ profile: null, state_dir: dir.path }]);
  assertEquals(servers.length, 100);
  assert(servers.every(({ workspaces }) => workspaces.length === 100));
});
