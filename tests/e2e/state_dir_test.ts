import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { join } from "@std/path";
import { testTeam, testWorkspace } from "./test_workspace.ts";
import { RawProcess, textOf, unlessHanging } from "./raw_process.ts";
import { NO_LINKS, NO_MODES, NOT_ROOT, testUnless } from "../support/test_unless.ts";

/** Of which only root can give somebody a directory. */
const OTHER_UID = 65_533;
const HALF_HEX = "0123456789abcdef".repeat(2);

/** Starts the program, ends its input, and returns how it ended. */
async function runOnce(env: Record<string, string>): Promise<{ code: number; stderr: string }> {
  await using server = RawProcess.start(env);
  await server.initialize();
  await server.request("tools/list");
  await server.closeInput();
  return await server.ended();
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o7777;
}

testUnless(NO_MODES, {
  name: "our own state directory that is too wide is made 0700, and that is told once",
  fn: async () => {
    await using workspace = await testTeam();
    await Deno.chmod(workspace.stateDir, 0o755);
    const { code, stderr } = await runOnce(workspace.env);
    assertEquals([code, await modeOf(workspace.stateDir)], [0, 0o700]);
    assertMatch(stderr, /was open to other users \(mode 0755\): it is 0700 now/);
    assertEquals(await runOnce(workspace.env), { code: 0, stderr: "" });
  },
});

testUnless(NOT_ROOT, {
  name: "another user's state directory ends the start with 2 and says whose it is (needs root)",
  fn: async () => {
    await using workspace = await testTeam();
    for (const mode of [0o777, 0o700]) {
      await Deno.chmod(workspace.stateDir, mode);
      await Deno.chown(workspace.stateDir, OTHER_UID, OTHER_UID);
      await using server = RawProcess.start(workspace.env);
      const { code, stderr } = await server.ended();
      assertEquals([code, await modeOf(workspace.stateDir)], [2, mode]);
      assertMatch(stderr, /CONFIGS_DIR: cannot keep state in .*: it belongs to another user/);
      assertMatch(stderr, /uid 65533, this program runs as uid 0/);
      assertNotMatch(stderr, /\n\s+at /);
    }
  },
});

testUnless(NOT_ROOT, {
  name: "a link of another user in place of the state directory is as theirs (needs root)",
  fn: async () => {
    await using workspace = await testTeam();
    const link = `${workspace.stateDir}-link`;
    await Deno.symlink(workspace.stateDir, link);
    try {
      assertEquals((await runOnce({ ...workspace.env, CONFIGS_DIR: link })).code, 0);
      await new Deno.Command("chown", { args: ["-h", String(OTHER_UID), link] }).output();
      await using server = RawProcess.start({ ...workspace.env, CONFIGS_DIR: link });
      const { code, stderr } = await server.ended();
      assertEquals(code, 2);
      assertMatch(stderr, /belongs to another user/);
    } finally {
      await Deno.remove(link);
    }
  },
});

testUnless(NO_MODES, {
  name: "a state directory that others can put aside is told",
  fn: async () => {
    await using workspace = await testTeam();
    const below = join(workspace.stateDir, "below");
    await Deno.mkdir(below, { mode: 0o700 });
    await Deno.chmod(workspace.stateDir, 0o777);
    const { code, stderr } = await runOnce({ ...workspace.env, CONFIGS_DIR: below });
    assertEquals(code, 0);
    assertMatch(stderr, /can be replaced by other users: they can write to \S+ \(mode 0777/);
    // Sticky, as /tmp is: only its owner puts a directory aside.
    await Deno.chmod(workspace.stateDir, 0o1777);
    assertEquals(await runOnce({ ...workspace.env, CONFIGS_DIR: below }), { code: 0, stderr: "" });
  },
});

Deno.test("a token file of a gigabyte is refused by its size", async () => {
  await using workspace = await testTeam();
  const path = join(workspace.stateDir, "token");
  const gigabyte = 1024 * 1024 * 1024;
  await using file = disposable(await Deno.open(path, { write: true, create: true, mode: 0o600 }));
  await file.value.truncate(gigabyte);
  const { MOLECULE_WORKSPACE_TOKEN: _, ...env } = workspace.env;
  await using server = RawProcess.start({ ...env, MOLECULE_WORKSPACE_TOKEN_FILE: path });
  const { code, stderr } = await server.ended();
  assertEquals(code, 2);
  assertMatch(stderr, new RegExp(`MOLECULE_WORKSPACE_TOKEN_FILE: .* got ${gigabyte} bytes`));
});

Deno.test("a saved token of a gigabyte is refused by its size, and the variable is used", async () => {
  await using workspace = await testTeam();
  const path = join(workspace.stateDir, ".auth_token");
  await using file = disposable(await Deno.open(path, { write: true, create: true, mode: 0o600 }));
  await file.value.truncate(1024 * 1024 * 1024);
  await using server = RawProcess.start(workspace.env);
  await server.initialize();
  const call = { name: "list_peers", arguments: {} };
  assertMatch(textOf(await server.request("tools/call", call)), /Researcher/);
  await server.closeInput();
  assertMatch((await server.ended()).stderr, /\.auth_token: expected at most .* got 1073741824/);
});

Deno.test("what killed processes left is removed at the start, what may be written now is not", async () => {
  await using workspace = await testTeam();
  const at = (name: string) => join(workspace.stateDir, name);
  const left = [
    `.auth_token.${HALF_HEX}.tmp`,
    `.auth_token_${workspace.id}.${HALF_HEX}.tmp`,
    `.platform_inbound_secret.${HALF_HEX}.tmp`,
    `.mcp_inbox_cursor.${HALF_HEX}.tmp`,
    `.mcp_inbox_state_${workspace.id}.${HALF_HEX}.tmp`,
    `.mcp_inbox_lock_${workspace.id}.${HALF_HEX}.tmp`,
    `.write-probe-${crypto.randomUUID()}`,
  ];
  const kept = [
    `.auth_token.${HALF_HEX.replace("0", "1")}.tmp`,
    "mine.tmp",
    ".auth_token.backup.tmp",
  ];
  const longAgo = new Date(Date.now() - 2 * 60 * 60_000);
  for (const name of [...left, ...kept]) await Deno.writeTextFile(at(name), "half a secret");
  for (const name of [...left, ...kept.slice(1)]) await Deno.utime(at(name), longAgo, longAgo);
  await using server = RawProcess.start(workspace.env);
  await server.initialize();
  const names = async () =>
    (await Array.fromAsync(Deno.readDir(workspace.stateDir))).map((e) => e.name);
  await unlessHanging(
    (async () => {
      while ((await names()).some((name) => left.includes(name))) await server.request("ping");
    })(),
    "The removal",
  );
  const there = await names();
  for (const name of kept) assert(there.includes(name), name);
});

testUnless(NO_LINKS, {
  name: "a lock file that is a hard link is left alone, and a new one takes its place",
  fn: async () => {
    await using workspace = await testWorkspace();
    const victim = join(workspace.stateDir, "diary");
    const lock = join(workspace.stateDir, `.mcp_inbox_lock_${workspace.id}`);
    await Deno.writeTextFile(victim, "precious");
    await Deno.link(victim, lock);
    await using server = RawProcess.start(workspace.env);
    await server.initialize();
    await workspace.platform.sendAsUser(workspace.id, "hello");
    const call = { name: "wait_for_message", arguments: { timeout_secs: 20 } };
    assertMatch(textOf(await server.request("tools/call", call)), /hello/);
    assertEquals(await Deno.readTextFile(victim), "precious");
    assertEquals(await Deno.readTextFile(lock), `process ${server.pid}\n`);
  },
});

function disposable(value: Deno.FsFile) {
  return { value, [Symbol.asyncDispose]: () => Promise.resolve(value.close()) };
}
