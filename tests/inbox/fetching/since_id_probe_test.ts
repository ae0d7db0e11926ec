import { assertEquals, assertStringIncludes } from "@std/assert";
import { InboxHarness, openConsumer } from "../inbox_harness.ts";

const NIL = "00000000-0000-0000-0000-000000000000";

Deno.test("an older platform that ignores since_id loses no message, and it is said once", async () => {
  await using harness = await InboxHarness.start({ ignoresSinceId: true });
  const expected: string[] = [];
  let popped = 0;
  // A restart every three rounds; the agent is always a few messages behind.
  for (let life = 0; life < 3; life++) {
    const { consumer, queue, texts } = await openConsumer(harness);
    for (let round = 0; round < 3; round++) {
      const news = Array.from({ length: 7 }, (_, index) => `${life} ${round} ${index}`);
      await harness.send(...news);
      expected.push(...news);
      await consumer.catchUp(harness.signal);
      assertEquals(texts(), expected.slice(popped));
      for (const { activity_id } of queue.peek(5)) await consumer.pop(activity_id);
      popped += 5;
    }
  }
  assertEquals(harness.lines.length, 1);
  assertStringIncludes(harness.lines[0] ?? "", "is an older platform");
  assertEquals(probes(harness), 3);
  assertEquals(harness.fetches.filter(({ query }) => query.since_id !== undefined), []);
});

Deno.test("a platform that supports since_id is asked once, and nothing is said", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, texts } = await openConsumer(harness);
  for (const text of ["one", "two", "three"]) {
    await harness.send(text);
    await consumer.catchUp(harness.signal);
  }
  assertEquals([texts(), harness.lines, probes(harness)], [["one", "two", "three"], [], 1]);
  assertEquals(harness.fetches.at(-1)?.query.since_secs, undefined);
});

Deno.test("trouble while asking is trouble of the fetch, and it is asked again", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, texts } = await openConsumer(harness);
  await harness.send("one");
  await consumer.catchUp(harness.signal);
  const end = harness.platform.faults.use(({ path }) =>
    path.endsWith("/activity") ? new Response("Bad Gateway", { status: 502 }) : undefined
  );
  await harness.send("two");
  assertStringIncludes(String(await consumer.catchUp(harness.signal).catch(String)), "502");
  end();
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["one", "two"]);
});

Deno.test("by time it asks for no more pages than it takes to reach what is handled", async () => {
  await using harness = await InboxHarness.start({ ignoresSinceId: true });
  const { consumer, queue, texts } = await openConsumer(harness);
  const sent = Array.from({ length: 450 }, (_, index) => `${index}`);
  const got: string[] = [];
  for (let start = 0; start < 450; start += 150) {
    await harness.send(...sent.slice(start, start + 150));
    await consumer.catchUp(harness.signal);
    got.push(...texts());
    for (const { activity_id } of queue.peek(Infinity)) await consumer.pop(activity_id);
  }
  assertEquals(got, sent);
  harness.platform.clearRequests();
  await consumer.catchUp(harness.signal);
  assertEquals(harness.fetches.map(({ query }) => query.limit), ["100"]);
});

function probes({ platform }: InboxHarness): number {
  return platform.requests.filter(({ query }) => query.since_id === NIL).length;
}
