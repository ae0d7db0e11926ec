import { assert, assertEquals, assertRejects } from "@std/assert";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { madeUpRow, serveRows } from "./made_up_log.ts";
import { InboxHarness, openConsumer, waiting } from "./inbox_harness.ts";

const DAY_MS = 86_400_000;

async function pop(
  consumer: { pop(activityId: string): Promise<boolean> },
  { activity_id }: InboxMessage,
): Promise<void> {
  assertEquals(await consumer.pop(activity_id), true);
}

Deno.test("after a 410 nothing that waits or was popped comes again, new messages come", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue, arrived, texts } = await openConsumer(harness);
  await harness.send("a", "b", "c");
  await consumer.catchUp(harness.signal);
  await pop(consumer, waiting(queue, "b"));
  await harness.send("d");
  harness.platform.pruneActivity(harness.id, ({ id }) => id === waiting(queue, "c").activity_id);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["a", "c", "d"]);
  assertEquals(arrived.map(({ text }) => text), ["a", "b", "c", "d"]);
  assertEquals(await harness.fetches.at(-2)?.answered, 410);
});

Deno.test("after a 410 it asks by time until there is a row, and the cursor file is gone", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue } = await openConsumer(harness);
  await harness.send("a");
  await consumer.catchUp(harness.signal);
  await pop(consumer, waiting(queue, "a"));
  const { cursor } = deliveryFiles(harness.stateDir, harness.id, undefined);
  assert((await Deno.stat(cursor)).isFile);
  harness.platform.pruneActivity(harness.id);
  for (let fetch = 0; fetch < 2; fetch++) await consumer.catchUp(harness.signal);
  await assertRejects(() => Deno.stat(cursor), Deno.errors.NotFound);
  const answers = await Promise.all(harness.fetches.slice(1).map(({ answered }) => answered));
  assertEquals(answers, [410, 200, 200]);
});

Deno.test("after a 410 at the start popped messages stay away", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b", "c");
  {
    const { consumer, queue } = await openConsumer(harness);
    await consumer.catchUp(harness.signal);
    const [first] = queue.peek(1);
    assert(first);
    for (const text of ["a", "c"]) await pop(consumer, waiting(queue, text));
    harness.platform.pruneActivity(harness.id, ({ id }) => id === first.activity_id);
  }
  const { consumer, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["b"]);
});

Deno.test("a cursor that was pruned in a long absence still brings everything behind it", async () => {
  let daysAgo = 5;
  await using harness = await InboxHarness.start({ nowMs: () => Date.now() - daysAgo * DAY_MS });
  await harness.send("popped");
  {
    const { consumer, queue } = await openConsumer(harness);
    await consumer.catchUp(harness.signal);
    await pop(consumer, waiting(queue, "popped"));
  }
  daysAgo = 4;
  await harness.send("four days old");
  daysAgo = 0;
  await harness.send("new");
  const [oldest] = harness.platform.activity(harness.id);
  harness.platform.pruneActivity(harness.id, ({ id }) => id === oldest?.id);
  const { consumer, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["four days old", "new"]);
});

Deno.test("a cursor that cannot be a row's id is given up, which no later fetch could heal", async () => {
  await using harness = await InboxHarness.start();
  const odd = { ...madeUpRow(1), id: "row-1" };
  const stop = serveRows(harness, [odd]);
  const { consumer, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  stop();
  await harness.send("a");
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["message 1", "a"]);
  const answers = await Promise.all(harness.fetches.map(({ answered }) => answered));
  assertEquals(answers, [200, 500, 200]);
});
