import { assertEquals, assertStringIncludes } from "@std/assert";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { startTeam } from "../team.ts";
import { FULL, message } from "../inbox/messages.ts";

Deno.test("inbox_peek lists users' messages, then peers', oldest first in each, and removes none", async () => {
  await using team = await startTeam();
  const { agent } = team;
  assertEquals((await agent.ok("inbox_peek")).text, "[]");
  const [one, three] = [message("one"), message("three")];
  for (const each of [one, FULL, three]) agent.inbox.queue.offer(each);
  const messages = [one, three, FULL];
  for (let i = 0; i < 2; i++) {
    const { text, structured } = await agent.ok("inbox_peek");
    assertEquals(structured, { messages });
    assertEquals(JSON.parse(text), messages);
  }
});

Deno.test("inbox_peek shows ten messages unless told how many", async () => {
  await using team = await startTeam();
  const { agent } = team;
  for (let i = 0; i < 12; i++) agent.inbox.queue.offer(message(`${i}`));
  for (
    const [limit, count] of [
      [undefined, 10],
      [3, 3],
      [100, 12],
      [0, 10],
      [-1, 10],
      [1.5, 10],
      ["3", 3],
      [null, 10],
    ] as const
  ) {
    const { structured } = await agent.ok("inbox_peek", limit === undefined ? {} : { limit });
    assertEquals((structured?.messages as unknown[]).length, count, `${limit}`);
  }
});

Deno.test("an empty inbox is one that the platform was asked for; with messages at hand nobody waits", async () => {
  await using team = await startTeam();
  const { agent } = team;
  let asked = 0;
  agent.inbox.asked = async () => {
    asked += 1;
    await Promise.resolve();
    agent.inbox.queue.offer(FULL);
  };
  for (let i = 0; i < 2; i++) {
    assertEquals((await agent.ok("inbox_peek")).structured, { messages: [FULL] });
    assertEquals(asked, 1);
  }
});

Deno.test("a message that is too large for a result comes alone, and the rest is said to wait", async () => {
  await using team = await startTeam();
  const { agent } = team;
  // As long as the inbox lets one become.
  const attachments = Array.from({ length: 100 }, () => ({
    kind: "file",
    claimed_uri: "x".repeat(2_000),
  }));
  const large = message("y".repeat(64 * 1024), { attachments });
  for (const each of [large, message("two"), message("three")]) agent.inbox.queue.offer(each);
  const { text, structured } = await agent.ok("inbox_peek");
  const [only, ...others] = structured?.messages as InboxMessage[];
  assertEquals([only?.activity_id, others.length], [large.activity_id, 0]);
  assertStringIncludes(text, "\n2 more do not fit in one result");
});
