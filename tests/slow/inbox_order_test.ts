import { assertEquals } from "@std/assert";
import { sendAsPeer } from "../support/send_as_peer.ts";
import { type Received, testWorkspace } from "../e2e/test_workspace.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import { processTest } from "../e2e/whole_process.ts";

/** Three times what the queue holds of peers. */
const PEER_MESSAGES = 300;

processTest(
  "a user's stop is handed out before 300 messages of a peer, which then come once each, in order",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env } = workspace;
    const peer = await platform.createWorkspace({ name: "Peer", parentId: id });
    const texts = Array.from({ length: PEER_MESSAGES }, (_, index) => `message ${index}`);
    const got: string[] = [];
    {
      await using server = await ServerProcess.start(env);
      for (const text of texts) await sendAsPeer(platform, peer, id, text);
      got.push(await popNext(server));
      await platform.sendAsUser(id, "stop");
      await untilFirst(server, "stop");
      assertEquals((await received(server)).text, "stop");
      server.kill();
    }
    {
      await using server = await ServerProcess.start(env);
      await untilFirst(server, "stop");
      assertEquals(await popNext(server), "stop");
      while (got.length < PEER_MESSAGES / 2) got.push(await popNext(server));
      server.kill();
    }
    await using server = await ServerProcess.start(env);
    while (got.length < PEER_MESSAGES) got.push(await popNext(server));
    assertEquals(got, texts);
    assertEquals(JSON.parse(await server.call("inbox_peek")), []);
  },
);

/** Until this is the first message of the inbox. */
async function untilFirst(server: ServerProcess, text: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const [first]: Received[] = JSON.parse(await server.call("inbox_peek", { limit: 1 }));
    if (first?.text === text) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${text} did not become the first message`);
}

async function received(server: ServerProcess): Promise<Received> {
  return JSON.parse(await server.call("wait_for_message", { timeout_secs: 20 }));
}

async function popNext(server: ServerProcess): Promise<string> {
  const { activity_id, text } = await received(server);
  await server.call("inbox_pop", { activity_id });
  return text;
}
