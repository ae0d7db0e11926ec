import { assert, assertEquals } from "@std/assert";
import { type MadeUpRow, madeUpRow, serveRows } from "./made_up_log.ts";
import { InboxHarness, isFetch, openConsumer, type TestConsumer } from "./inbox_harness.ts";

const PEER = "11111111-2222-4333-8444-555555555555";

/** Row number n is a peer's message, unless it is in the list. */
function logOf(count: number, ofUser: readonly number[] = []): MadeUpRow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...madeUpRow(index),
    ...(!ofUser.includes(index) && { source_id: PEER }),
  }));
}

const names = (...numbers: number[]) => numbers.map((number) => `message ${number}`);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Pops from the front until nothing waits; returns the texts. */
async function popAll(harness: InboxHarness, { consumer, queue }: TestConsumer): Promise<string[]> {
  const popped: string[] = [];
  while (true) {
    const [first] = queue.peek(1);
    if (!first) {
      await consumer.catchUp(harness.signal);
      if (queue.peek(Infinity).length === 0) return popped;
      continue;
    }
    assert(await consumer.pop(first.activity_id));
    popped.push(first.text);
  }
}

Deno.test("a queue full of peers' messages does not keep a user's from being fetched", async () => {
  await using harness = await InboxHarness.start();
  serveRows(harness, logOf(700, [650]));
  const box = await openConsumer(harness);
  await box.consumer.catchUp(harness.signal);
  assertEquals(box.texts(), names(650, ...range(0, 100)));
  assertEquals(await popAll(harness, box), names(650, ...range(0, 650), ...range(651, 700)));
});

Deno.test("rows that were deferred come once, in order, through restarts at any moment", async () => {
  await using harness = await InboxHarness.start();
  const log = logOf(60, [7, 8, 40, 55]);
  serveRows(harness, log);
  const popped: string[] = [];
  for (let life = 0; popped.length < log.length; life++) {
    const { consumer, queue } = await openConsumer(harness, { capacity: 8 });
    await consumer.catchUp(harness.signal);
    for (let pop = 0; pop <= life % 5; pop++) {
      const [first] = queue.peek(1);
      if (!first) break;
      assert(await consumer.pop(first.activity_id));
      popped.push(first.text);
      if (pop === 2) await consumer.catchUp(harness.signal);
    }
  }
  const users = names(7, 8, 40, 55);
  assertEquals(popped.filter((text) => users.includes(text)), users);
  assertEquals(
    popped.filter((text) => !users.includes(text)),
    names(...range(0, 60)).filter((text) => !users.includes(text)),
  );
});

Deno.test("a peer's message does not overtake one that was deferred", async () => {
  await using harness = await InboxHarness.start();
  const log = logOf(10);
  const stop = serveRows(harness, log);
  const box = await openConsumer(harness, { capacity: 4 });
  await box.consumer.catchUp(harness.signal);
  assertEquals(box.texts(), names(0, 1, 2, 3));
  for (const { activity_id } of box.queue.peek(1)) await box.consumer.pop(activity_id);
  stop();
  serveRows(harness, logOf(12));
  await box.consumer.catchUp(harness.signal);
  assertEquals(box.texts(), names(1, 2, 3), "not 10, which is new");
  assertEquals(await popAll(harness, box), names(...range(1, 12)));
});

Deno.test("room for what was deferred is announced once it is worth a request", async () => {
  await using harness = await InboxHarness.start();
  serveRows(harness, logOf(30));
  let announced = 0;
  const { consumer, queue } = await openConsumer(harness, {
    capacity: 20,
    onRoom: () => announced++,
  });
  await consumer.catchUp(harness.signal);
  const announcements: number[] = [];
  for (let pop = 0; pop < 6; pop++) {
    await consumer.pop(queue.peek(1)[0]?.activity_id ?? "");
    announcements.push(announced);
  }
  assertEquals(announcements, [0, 0, 0, 0, 1, 2]);
});

Deno.test("rows of one instant are deferred and found again, on a platform that skips them", async () => {
  await using harness = await InboxHarness.start();
  const log = range(0, 40).map((index) => ({
    ...madeUpRow(index, 1 + Math.floor(index / 7)),
    source_id: PEER,
  }));
  serveRows(harness, log);
  const popped: string[] = [];
  for (let life = 0; popped.length < log.length && life < 100; life++) {
    const { consumer, queue } = await openConsumer(harness, { capacity: 6 });
    await consumer.catchUp(harness.signal);
    for (const { activity_id, text } of queue.peek(2)) {
      assert(await consumer.pop(activity_id));
      popped.push(text);
    }
  }
  assertEquals(popped, names(...range(0, 40)));
});

Deno.test("a position that is forgotten while rows are deferred loses none of them", async () => {
  await using harness = await InboxHarness.start();
  const log = logOf(40, [30]);
  const stop = serveRows(harness, log);
  const box = await openConsumer(harness, { capacity: 8 });
  await box.consumer.catchUp(harness.signal);
  const popped: string[] = [];
  for (const { activity_id, text } of box.queue.peek(Infinity)) {
    await box.consumer.pop(activity_id);
    popped.push(text);
  }
  assertEquals(popped, names(30, ...range(0, 8)));
  stop();
  // Retention took what was popped: the pass that catches up stands on such a row.
  const kept = log.filter((_, index) => index !== 30 && index > 7);
  const gone = harness.platform.faults.use((request) =>
    isFetch(request) && request.query.since_id !== undefined &&
      !kept.some(({ id }) => id === request.query.since_id)
      ? Response.json({ error: "since_id cursor not found" }, { status: 410 })
      : undefined
  );
  serveRows(harness, kept);
  popped.push(...await popAll(harness, box));
  assert(harness.fetches.some(({ query }) => query.since_id === log[7]?.id), "it stood there");
  gone();
  assertEquals(popped, names(30, ...range(0, 30), ...range(31, 40)));
});

Deno.test("a hundred thousand rows of peers are deferred in bounded memory", async () => {
  await using harness = await InboxHarness.start();
  const log = logOf(100_000, [99_999]);
  const place = new Map(log.map(({ id }, index) => [id, index]));
  harness.platform.faults.use((request) => {
    if (!isFetch(request)) return undefined;
    const from = place.get(request.query.since_id ?? "");
    return Response.json(
      from === undefined ? log.slice(0, 1).reverse() : log.slice(from + 1, from + 501),
    );
  });
  const box = await openConsumer(harness);
  for (let fetch = 0; fetch < 2; fetch++) await box.consumer.catchUp(harness.signal);
  assertEquals(box.texts(), names(99_999, ...range(0, 100)));
  assert(harness.fetches.length < 205, `${harness.fetches.length} fetches`);
});

Deno.test("a file and its caption ahead of rows that were deferred stay one message", async () => {
  await using harness = await InboxHarness.start();
  const peer = await harness.platform.createWorkspace({ name: "Peer", parentId: harness.id });
  for (let index = 0; index < 6; index++) await harness.sendAsPeer(peer, `p${index}`);
  const files = await harness.platform.uploadAsUser(harness.id, [
    { name: "a.txt", mimeType: "text/plain", content: "a" },
  ]);
  for (let index = 6; index < 9; index++) await harness.sendAsPeer(peer, `p${index}`);
  await harness.platform.sendAsUser(harness.id, "See attached", files);
  const box = await openConsumer(harness, { capacity: 4 });
  await box.consumer.catchUp(harness.signal);
  assertEquals(box.texts().slice(0, 1), ["See attached"]);
  const popped = await popAll(harness, box);
  assertEquals(popped, ["See attached", ...range(0, 9).map((index) => `p${index}`)]);
});
