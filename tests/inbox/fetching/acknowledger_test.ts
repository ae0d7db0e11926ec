import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Acknowledger } from "../../../src/inbox/fetching/acknowledger.ts";
import { DeliveryHarness, rowOf } from "../state/delivery_harness.ts";
import { InboxHarness, openConsumer } from "../inbox_harness.ts";

const numbered = (number: number, seq = number) => ({ ...rowOf(number), seq });

Deno.test("what is acknowledged is below every row that waits", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(30), fc.boolean()), { minLength: 1, maxLength: 12 }),
      async (rows) => {
        await using disk = await DeliveryHarness.create();
        const state = await disk.load();
        await state.begin(new Date(0));
        assertEquals(state.handledSeq, undefined);
        // By number and by time the order differs.
        for (const [index, [jump]] of rows.entries()) state.see(numbered(index + 1, index + jump));
        const waiting: number[] = [];
        for (const [index, [jump, popped]] of rows.entries()) {
          if (popped) await state.acknowledge(rowOf(index + 1).id);
          else waiting.push(index + jump);
        }
        const seq = state.handledSeq ?? -1;
        assertEquals(waiting.filter((each) => each <= seq), []);
        const leading = rows.findIndex(([, popped]) => !popped);
        if (leading === -1) assertEquals(seq, rows.length - 1 + (rows.at(-1)?.[0] ?? 0));
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a row that is deferred, held or without room keeps the number below it", async () => {
  await using disk = await DeliveryHarness.create();
  const state = await disk.load();
  await state.begin(new Date(0));
  state.see(numbered(1, 9));
  state.positions.leave(numbered(2, 5), "forward");
  await state.acknowledge(rowOf(1).id);
  assertEquals(state.handledSeq, 4);
});

Deno.test("handled rows are acknowledged up to the cursor, each position once", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue, acknowledger } = await openBoth(harness);
  const tell = () => acknowledger.tell(harness.signal);
  await harness.send("one", "two", "three");
  await consumer.catchUp(harness.signal);
  const [one, two, three] = queue.peek(3).map(({ activity_id }) => activity_id);
  const seqOf = (id = "") =>
    harness.platform.activity(harness.id).find((row) => row.id === id)?.seq;
  await tell();
  await consumer.pop(two ?? "");
  await tell();
  assertEquals(acked(harness), []);
  await consumer.pop(one ?? "");
  for (let count = 0; count < 3; count++) await tell();
  assertEquals(acked(harness), [seqOf(two)]);
  await consumer.pop(three ?? "");
  await tell();
  assertEquals(acked(harness), [seqOf(two), seqOf(three)]);
  assertEquals(harness.platform.acknowledgedSeq(harness.id), seqOf(three));
  assertEquals(harness.lines, []);
});

Deno.test("a platform without the endpoint is found out without a word", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue, acknowledger } = await openBoth(harness);
  harness.platform.faults.use(({ path }) =>
    path.endsWith("/ack") ? new Response("404 page not found", { status: 404 }) : undefined
  );
  await harness.send("one");
  await consumer.catchUp(harness.signal);
  assertEquals(await acknowledger.tell(harness.signal), false);
  await consumer.pop(queue.peek(1)[0]?.activity_id ?? "");
  assertEquals(await acknowledger.tell(harness.signal), true);
  assertEquals([acked(harness).length, harness.lines], [1, []]);
});

Deno.test("one that fails is repeated, and is not reported as a problem", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue, acknowledger } = await openBoth(harness);
  const end = harness.platform.faults.use(({ path }) =>
    path.endsWith("/ack") ? new Response("oh", { status: 500 }) : undefined
  );
  await harness.send("one");
  await consumer.catchUp(harness.signal);
  await consumer.pop(queue.peek(1)[0]?.activity_id ?? "");
  assertEquals(await acknowledger.tell(harness.signal), false);
  end();
  await acknowledger.tell(harness.signal);
  assertEquals(acked(harness).length, 2);
});

Deno.test("a platform whose rows have no number is never asked", async () => {
  await using harness = await InboxHarness.start({ activityExtras: false });
  const { consumer, queue, acknowledger } = await openBoth(harness);
  await harness.send("one");
  await consumer.catchUp(harness.signal);
  await consumer.pop(queue.peek(1)[0]?.activity_id ?? "");
  await acknowledger.tell(harness.signal);
  assertEquals(acked(harness), []);
});

async function openBoth(harness: InboxHarness) {
  const box = await openConsumer(harness);
  const { client, log } = harness;
  return { ...box, acknowledger: new Acknowledger({ client, log, state: box.state }) };
}

/** The numbers that were sent. */
function acked({ platform }: InboxHarness): number[] {
  return platform.requests.filter(({ path }) => path.endsWith("/activity/ack"))
    .map(({ body }) => JSON.parse(body ?? "").acked_seq);
}
