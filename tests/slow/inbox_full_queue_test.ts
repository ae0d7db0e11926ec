import { assertEquals } from "@std/assert";
import { ServerProcess } from "../e2e/server_process.ts";
import { type Received, testWorkspace } from "../e2e/test_workspace.ts";
import { processTest } from "../e2e/whole_process.ts";

processTest(
  "more than a page of waiting messages arrives in order, through a full queue",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env } = workspace;
    const texts = Array.from({ length: 1_203 }, (_, index) => `message ${index}`);
    for (const text of texts) await platform.sendAsUser(id, text);
    await using server = await ServerProcess.start(env);
    const got: string[] = [];
    while (got.length < texts.length) {
      const message: Received = JSON.parse(
        await server.call("wait_for_message", { timeout_secs: 20 }),
      );
      got.push(message.text);
      await server.call("inbox_pop", { activity_id: message.activity_id });
    }
    assertEquals(got, texts);
  },
);
