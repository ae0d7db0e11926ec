import { assertEquals } from "@std/assert";
import { openMailbox, Stage } from "./stage.ts";

Deno.test("a full queue stops fetching and goes on after each pop; nothing is lost", async () => {
  await using stage = await Stage.set();
  const texts = Array.from({ length: 12 }, (_, index) => `message ${index}`);
  await stage.send(...texts);
  const { mailbox, queue, arrived } = await openMailbox(stage, { capacity: 3 });
  const caughtUp = mailbox.catchUp(stage.signal);
  const popped: string[] = [];
  while (popped.length < texts.length) {
    const head = await queue.wait(10_000, stage.signal);
    popped.push(head?.text ?? "");
    assertEquals(queue.size <= 3, true);
    assertEquals(stage.fetches.length, 1, "no fetch while messages wait for room");
    await mailbox.pop(head?.activity_id ?? "");
  }
  await caughtUp;
  assertEquals(popped, texts);
  assertEquals(arrived.map(({ text }) => text), texts);
});

Deno.test("what came in while the queue was full is fetched after it", async () => {
  await using stage = await Stage.set();
  await stage.send("a", "b");
  const { mailbox, queue, texts } = await openMailbox(stage, { capacity: 1 });
  const caughtUp = mailbox.catchUp(stage.signal);
  const first = await queue.wait(10_000, stage.signal);
  await stage.send("c");
  await mailbox.pop(first?.activity_id ?? "");
  await caughtUp;
  assertEquals(texts(), ["b"]);
  const next = mailbox.catchUp(stage.signal);
  await mailbox.pop(queue.peek(1)[0]?.activity_id ?? "");
  await next;
  assertEquals(texts(), ["c"]);
});

Deno.test("more rows than an answer holds pass through a small queue in order", async () => {
  await using stage = await Stage.set();
  const texts = Array.from({ length: 1_100 }, (_, index) => `message ${index}`);
  await stage.send(...texts);
  const { mailbox, queue } = await openMailbox(stage, { capacity: 50 });
  const caughtUp = mailbox.catchUp(stage.signal);
  const popped: string[] = [];
  while (popped.length < texts.length) {
    await queue.wait(10_000, stage.signal);
    // All that wait at once: the pops share a write.
    const batch = queue.peek(Infinity);
    popped.push(...batch.map(({ text }) => text));
    await Promise.all(batch.map(({ activity_id }) => mailbox.pop(activity_id)));
  }
  await caughtUp;
  assertEquals(popped, texts);
});

Deno.test("the end comes also while the queue is full, and what waits comes again", async () => {
  await using stage = await Stage.set();
  await stage.send("a", "b", "c");
  const { mailbox, queue } = await openMailbox(stage, { capacity: 1 });
  const stop = new AbortController();
  const caughtUp = mailbox.catchUp(stop.signal);
  const first = await queue.wait(10_000, stage.signal);
  await mailbox.pop(first?.activity_id ?? "");
  await queue.wait(10_000, stage.signal);
  stop.abort();
  await caughtUp;
  const again = await openMailbox(stage);
  await again.mailbox.catchUp(stage.signal);
  assertEquals(again.texts(), ["b", "c"]);
});
