import { assert, assertEquals } from "@std/assert";
import { denoCommand } from "../../scripts/deno_command.ts";
import { StatusFile } from "../../src/cli/status_file.ts";
import { findServers } from "../../src/commands/status/find_servers.ts";
import { childArgs } from "../support/child.ts";
import { TestDir } from "../support/test_dir.ts";

const CHILD = new URL("status_file_child.ts", import.meta.url);
const KILLS = 30;

Deno.test("servers killed at any moment are gone for a reader, and the next one tidies up", async () => {
  await using dir = await TestDir.make();
  const places = [{ profile: null, state_dir: dir.path }];
  const running = async () => {
    const { servers, unreadable } = await findServers(places);
    assertEquals(unreadable, []);
    return servers.filter(({ running }) => running);
  };
  for (let kill = 0; kill < KILLS; kill++) {
    const child = new Deno.Command(denoCommand(), { args: [...childArgs(CHILD), dir.path] })
      .spawn();
    while (!(await running()).some(({ pid }) => pid === child.pid)) {
      await new Promise((done) => setTimeout(done, 5));
    }
    await new Promise((done) => setTimeout(done, Math.random() * 30));
    child.kill("SIGKILL");
    await child.status;
    assertEquals(await running(), []);
    const { servers } = await findServers(places);
    // Each next server has removed what the one before left.
    assertEquals(servers.map(({ pid, running }) => [pid, running]), [[child.pid, false]]);
  }
  const last = new StatusFile(dir.path, () => ({ format: 1, pid: 1 }));
  last.open();
  while ((await running()).length === 0) await new Promise((done) => setTimeout(done, 5));
  assertEquals((await dir.names()).length, 2);
  await last.close();
  const left = await dir.names();
  assert(left.length === 0, left.join());
});
