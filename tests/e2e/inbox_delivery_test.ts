import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import * as z from "zod/mini";
import { type Received, testWorkspace } from "./test_workspace.ts";
import { ServerProcess } from "./server_process.ts";
import { processTest } from "./whole_process.ts";

processTest(
  "a message that came while nobody ran is there at the next start, a popped one is not",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env } = workspace;
    {
      await using server = await ServerProcess.start(env);
      await platform.sendAsUser(id, "popped");
      const { activity_id } = await received(server);
      await server.call("inbox_pop", { activity_id });
    }
    await platform.sendAsUser(id, "came in the night");
    await using server = await ServerProcess.start(env);
    assertEquals((await received(server)).text, "came in the night");
    assertEquals(JSON.parse(await server.call("inbox_peek")).length, 1);
  },
);

processTest(
  "after the platform forgot the cursor, popped messages stay away and waiting ones come",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env } = workspace;
    {
      await using server = await ServerProcess.start(env);
      for (const text of ["a", "b", "c"]) await platform.sendAsUser(id, text);
      const first = await received(server);
      await server.call("inbox_pop", { activity_id: first.activity_id });
      const messages = await untilWaiting(server, 2);
      await server.call("inbox_pop", { activity_id: messages[1]?.activity_id });
      // The oldest row, where the cursor stands, is pruned: the next fetch gets a 410.
      platform.pruneActivity(id, (row) => row.id === first.activity_id);
    }
    await using server = await ServerProcess.start(env);
    assertEquals((await untilWaiting(server, 1)).map(({ text }) => text), ["b"]);
  },
);

processTest("a cursor left by the reference client is taken over", async () => {
  await using workspace = await testWorkspace();
  const { platform, id, env, stateDir } = workspace;
  await platform.sendAsUser(id, "read by the reference");
  await platform.sendAsUser(id, "not read yet");
  const [first] = platform.activity(id);
  assert(first);
  await Deno.writeTextFile(join(stateDir, ".mcp_inbox_cursor"), first.id);
  await using server = await ServerProcess.start(env);
  const message = await received(server);
  assertEquals(message.text, "not read yet");
  await server.call("inbox_pop", { activity_id: message.activity_id });
  assertEquals(await Deno.readTextFile(join(stateDir, ".mcp_inbox_cursor")), message.activity_id);
});

processTest(
  "a file from the user is on disk, private, before the message that mentions it",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env, stateDir } = workspace;
    await using server = await ServerProcess.start(env);
    const files = await platform.uploadAsUser(id, [
      { name: "../tide table.csv", mimeType: "text/csv", content: "06:12,4.1\n" },
    ]);
    await platform.sendAsUser(id, "See attached", files);
    const messages = await untilMention(server);
    const uri = messages.attachments?.[0]?.uri ?? "";
    assertStringIncludes(uri, `workspace:${join(stateDir, "chat-uploads")}`);
    const path = uri.slice("workspace:".length);
    assertEquals(await Deno.readTextFile(path), "06:12,4.1\n");
    if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  },
);

processTest("an agent's own uploads and words do not come back as messages", async () => {
  await using workspace = await testWorkspace();
  const { platform, id, env, stateDir } = workspace;
  await using server = await ServerProcess.start(env);
  const path = join(stateDir, "report.txt");
  await Deno.writeTextFile(path, "all is well");
  await server.call("send_message_to_user", { message: "Here it is", attachments: [path] });
  assertEquals(platform.userMessages(id)[0]?.attachments.length, 1);
  await platform.sendAsUser(id, "Thanks");
  assertEquals((await untilWaiting(server, 1)).map(({ text }) => text), ["Thanks"]);
});

processTest(
  "Claude Code gets each message once as a channel notification, others get none",
  async () => {
    const Notification = z.object({
      method: z.literal("notifications/claude/channel"),
      params: z.object({ content: z.string(), meta: z.record(z.string(), z.unknown()) }),
    });
    for (const [clientName, expected] of [["claude-code", 1], ["codex-mcp-client", 0]] as const) {
      await using workspace = await testWorkspace();
      await using server = await ServerProcess.start(workspace.env, { clientName });
      const pushed: z.infer<typeof Notification>[] = [];
      server.client.fallbackNotificationHandler = (notification) => {
        pushed.push(Notification.parse(notification));
        return Promise.resolve();
      };
      await workspace.platform.sendAsUser(workspace.id, "Good morning");
      await received(server);
      // So long after the handshake Claude Code is left alone.
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await server.client.ping();
      assertEquals(pushed.length, expected, clientName);
      for (const { params } of pushed) {
        assertEquals(
          params.content,
          '[from canvas user]\nGood morning\n↩ Reply: send_message_to_user({message: "..."})',
        );
        assertEquals(params.meta.kind, "canvas_user");
      }
    }
  },
);

async function received(server: ServerProcess): Promise<Received> {
  return JSON.parse(await server.call("wait_for_message", { timeout_secs: 20 }));
}

async function untilWaiting(server: ServerProcess, count: number): Promise<readonly Received[]> {
  await received(server);
  for (let attempt = 0; attempt < 100; attempt++) {
    const messages: Received[] = JSON.parse(await server.call("inbox_peek"));
    if (messages.length >= count) return messages;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no ${count} messages came`);
}

async function untilMention(server: ServerProcess): Promise<Received> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const messages: Received[] = JSON.parse(await server.call("inbox_peek"));
    const found = messages.find(({ text }) => text === "See attached");
    if (found) return found;
    await received(server);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the message did not come");
}
