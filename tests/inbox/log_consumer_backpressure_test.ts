import { assertEquals } from "@std/assert";
import { InboxHarness, openConsumer } from "./inbox_harness.ts";

Deno.test("a full queue stops fetching and goes on after each pop; nothing is lost", async () => {
  await using harness = await InboxHarness.start();
  const texts = Array.from({ length: 12 }, (_, index) => `message ${index}`);
  await harness.send(...texts);
  const { consumer, queue, arrived } = await openConsumer(harness, { capacity: 3 });
  const caughtUp = consumer.catchUp(harness.signal);
  const popped: string[] = [];
  while (popped.length < texts.length) {
    const head = await queue.wait(10_000, harness.signal);
    popped.push(head?.text ?? "");
    assertEquals(queue.peek(Infinity).length <= 3, true);
    assertEquals(harness.fetches.length, 1, "no fetch while messages wait for room");
    await consumer.pop(head?.activity_id ?? "");
  }
  await caughtUp;
  assertEquals(popped, texts);
  assertEquals(arrived.map(({ text }) => text), texts);
});

Deno.test("what came in while the queue was full is fetched after it", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b");
  const { consumer, queue, texts } = await openConsumer(harness, { capacity: 1 });
  const caughtUp = consumer.catchUp(harness.signal);
  const first = await queue.wait(10_000, harness.signal);
  await harness.send("c");
  await consumer.pop(first?.activity_id ?? "");
  await caughtUp;
  assertEquals(texts(), ["b"]);
  const next = consumer.catchUp(harness.signal);
  await consumer.pop(queue.peek(1)[0]?.activity_id ?? "");
  await next;
  assertEquals(texts(), ["c"]);
});

Deno.test("more rows than an answer holds pass through a small queue in order", async () => {
  await using harness = await InboxHarness.start();
  const texts = Array.from({ length: 1_100 }, (_, index) => `message ${index}`);
  await harness.send(...texts);
  const { consumer, queue } = await openConsumer(harness, { capacity: 50 });
  const caughtUp = consumer.catchUp(harness.signal);
  const popped: string[] = [];
  while (popped.length < texts.length) {
    await queue.wait(10_000, harness.signal);
    // All that wait at once: the pops share a write.
    const batch = queue.peek(Infinity);
    popped.push(...batch.map(({ text }) => text));
    await Promise.all(batch.map(({ activity_id }) => consumer.pop(activity_id)));
  }
  await caughtUp;
  assertEquals(popped, texts);
});

Deno.test("the end comes also while the queue is full, and what waits comes again", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b", "c");
  const { consumer, queue } = await openConsumer(harness, { capacity: 1 });
  const stop = new AbortController();
  const caughtUp = consumer.catchUp(stop.signal);
  const first = await queue.wait(10_000, harness.signal);
  await consumer.pop(first?.activity_id ?? "");
  await queue.wait(10_000, harness.signal);
  stop.abort();
  await caughtUp;
  const again = await openConsumer(harness);
  await again.consumer.catchUp(harness.signal);
  assertEquals(again.texts(), ["b", "c"]);
});
