import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { field } from "../../src/lib/json.ts";
import { NO_MOUNT, smallDisk, succeeds } from "./disk.ts";
import { testTeam, testWorkspace } from "./test_workspace.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { lacking, NOT_LINUX, testUnless } from "../support/test_unless.ts";

/** `prlimit` takes file descriptors away from a process that runs. */
const NO_PRLIMIT = NOT_LINUX ?? lacking("prlimit", succeeds("prlimit", "--version"));

testUnless(NO_PRLIMIT, {
  name: "no file descriptors left: files and connections say so (needs prlimit)",
  fn: async () => {
    await using workspace = await testWorkspace();
    await using server = RawProcess.start({
      ...workspace.env,
      MOLECULE_MCP_DISABLE_HEARTBEAT: "1",
    });
    await server.initialize();
    await workspace.platform.sendAsUser(workspace.id, "hello");
    const message = JSON.parse(
      textOf(await call(server, "wait_for_message", { timeout_secs: 20 })),
    );
    limitDescriptors(server.pid, 5);
    const args = { activity_id: message.activity_id };
    const refused = await call(server, "inbox_pop", args);
    assertEquals(field(refused.result, "isError"), true);
    assertMatch(textOf(refused), /Cannot write .* no file descriptors left.*ulimit -n.*\(EMFILE\)/);
    assertNotMatch(textOf(refused), /report it|os error/);
    limitDescriptors(server.pid, 1024);
    assertEquals(field((await call(server, "inbox_pop", args)).result, "isError"), undefined);
    await server.closeInput();
    assertMatch((await server.ended()).stderr, /inbox_pop failed on this machine: .*EMFILE/);
  },
});

testUnless(NO_PRLIMIT, {
  name: "no file descriptors left for a connection is not the platform's address (needs prlimit)",
  fn: async () => {
    await using workspace = await testTeam();
    const still = { MOLECULE_MCP_DISABLE_HEARTBEAT: "1", MOLECULE_MCP_DISABLE_INBOX: "1" };
    await using server = RawProcess.start({ ...workspace.env, ...still });
    await server.initialize();
    limitDescriptors(server.pid, 5);
    const refused = await call(server, "get_workspace_info");
    assertMatch(textOf(refused), /no file descriptors left.*\(EMFILE\)/);
    assertNotMatch(textOf(refused), /report it|PLATFORM_URL|os error/);
    limitDescriptors(server.pid, 1024);
    assertEquals(field((await call(server, "get_workspace_info")).result, "isError"), undefined);
  },
});

testUnless(NO_MOUNT, {
  name:
    "a full disk is named, the message stays, and goes once there is room (needs root to mount)",
  fn: async () => {
    await using workspace = await testWorkspace();
    await using disk = smallDisk(workspace.stateDir);
    await using server = RawProcess.start(workspace.env);
    await server.initialize();
    await workspace.platform.sendAsUser(workspace.id, "hello");
    const message = JSON.parse(
      textOf(await call(server, "wait_for_message", { timeout_secs: 20 })),
    );
    await disk.fill();
    const args = { activity_id: message.activity_id };
    const refused = await call(server, "inbox_pop", args);
    assertEquals(field(refused.result, "isError"), true);
    assertMatch(textOf(refused), /the disk is full\. Make room .*CONFIGS_DIR.*\(ENOSPC\)/);
    assertNotMatch(textOf(refused), /report it|os error/);
    assertEquals(JSON.parse(textOf(await call(server, "inbox_peek"))).length, 1);
    await disk.free();
    assertEquals(field((await call(server, "inbox_pop", args)).result, "isError"), undefined);
  },
});

testUnless(NO_MOUNT, {
  name: "a read-only file system ends the start with 2 and is named (needs root to mount)",
  fn: async () => {
    await using workspace = await testTeam();
    await using _disk = smallDisk(workspace.stateDir, "ro");
    await using server = RawProcess.start(workspace.env);
    const { code, stderr } = await server.ended();
    assertEquals(code, 2);
    assertMatch(stderr, /CONFIGS_DIR: cannot keep state in .*the file system is read-only/);
  },
});

async function call(server: RawProcess, name: string, args: Record<string, unknown> = {}) {
  return await server.request("tools/call", { name, arguments: args });
}

function limitDescriptors(pid: number, soft: number): void {
  assert(succeeds("prlimit", "--pid", String(pid), `--nofile=${soft}:`));
}
