import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TAKEN } from "../../src/local/colleagues/archivist.ts";
import { startLiving } from "../local/colleagues/support.ts";
import { TestDir } from "../support/test_dir.ts";
import { ServerProcess } from "./server_process.ts";
import type { Received } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

processTest("an agent asks each of its colleagues, and gets each answer", async () => {
  await using dir = await TestDir.make();
  await using team = await startLiving({ workMs: 300 });
  const { platform, you, idOf } = team;
  await using server = await ServerProcess.start({
    WORKSPACE_ID: you.id,
    PLATFORM_URL: platform.url,
    MOLECULE_WORKSPACE_TOKEN: you.token,
    CONFIGS_DIR: dir.path,
    WORKSPACE_CONFIG_PATH: dir.path,
  });
  const ask = (name: string, task: string) =>
    server.call("delegate_task", { workspace_id: idOf(name), task });
  const receive = async () => {
    const message: Received = JSON.parse(
      await server.call("wait_for_message", { timeout_secs: 30 }),
    );
    await server.call("inbox_pop", { activity_id: message.activity_id });
    return message;
  };

  const peers = await server.call("list_peers");
  for (const { name, id } of team.colleagues.members) {
    assertStringIncludes(peers, name);
    assertStringIncludes(peers, id);
  }

  assertStringIncludes(await ask("Echo", "Hello"), "Echo: Hello");

  await ask("Researcher", "What is the capital of Kenya?");
  const found = await receive();
  assertEquals([found.peer_id, found.kind], [idOf("Researcher"), "peer_agent"]);
  assertStringIncludes(found.text, "Nairobi");

  assertStringIncludes(await ask("Archivist", "maps of Saint-Malo"), TAKEN);
  assertStringIncludes(await ask("Archivist", "letters"), "busy");
  for (const task of ["maps of Saint-Malo", "letters"]) {
    const result = await receive();
    assertEquals(result.peer_id, idOf("Archivist"));
    assert(result.text.includes(task), result.text);
  }
  assertEquals(await server.call("inbox_peek"), "[]");
});
