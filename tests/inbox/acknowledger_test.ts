import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Acknowledger } from "../../src/inbox/fetching/acknowledger.ts";
import { rowOf, Stage as Disk } from "./delivery_support.ts";
import { openMailbox, Stage } from "./stage.ts";

const numbered = (number: number, seq = number) => ({ ...rowOf(number), seq });

Deno.test("what is acknowledged is below every row that waits", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(30), fc.boolean()), { minLength: 1, maxLength: 12 }),
      async (rows) => {
        await using disk = await Disk.set();
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

Deno.test("a row that is passed over, held or without room keeps the number below it", async () => {
  await using disk = await Disk.set();
  const state = await disk.load();
  await state.begin(new Date(0));
  state.see(numbered(1, 9));
  state.passes.leave(numbered(2, 5), "forward");
  await state.acknowledge(rowOf(1).id);
  assertEquals(state.handledSeq, 4);
});

Deno.test("handled rows are acknowledged up to the cursor, each position once", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue, acknowledger } = await openBoth(stage);
  const tell = () => acknowledger.tell(stage.signal);
  await stage.send("one", "two", "three");
  await mailbox.catchUp(stage.signal);
  const [one, two, three] = queue.peek(3).map(({ activity_id }) => activity_id);
  const seqOf = (id = "") => stage.platform.activity(stage.id).find((row) => row.id === id)?.seq;
  await tell();
  await mailbox.pop(two ?? "");
  await tell();
  assertEquals(acked(stage), []);
  await mailbox.pop(one ?? "");
  for (let count = 0; count < 3; count++) await tell();
  assertEquals(acked(stage), [seqOf(two)]);
  await mailbox.pop(three ?? "");
  await tell();
  assertEquals(acked(stage), [seqOf(two), seqOf(three)]);
  assertEquals(stage.platform.acknowledgedSeq(stage.id), seqOf(three));
  assertEquals(stage.lines, []);
});

Deno.test("a platform without the endpoint is found out without a word", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue, acknowledger } = await openBoth(stage);
  stage.platform.faults.use(({ path }) =>
    path.endsWith("/ack") ? new Response("404 page not found", { status: 404 }) : undefined
  );
  await stage.send("one");
  await mailbox.catchUp(stage.signal);
  assertEquals(await acknowledger.tell(stage.signal), false);
  await mailbox.pop(queue.peek(1)[0]?.activity_id ?? "");
  assertEquals(await acknowledger.tell(stage.signal), true);
  assertEquals([acked(stage).length, stage.lines], [1, []]);
});

Deno.test("one that fails is made again, and is no problem for a person", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue, acknowledger } = await openBoth(stage);
  const end = stage.platform.faults.use(({ path }) =>
    path.endsWith("/ack") ? new Response("oh", { status: 500 }) : undefined
  );
  await stage.send("one");
  await mailbox.catchUp(stage.signal);
  await mailbox.pop(queue.peek(1)[0]?.activity_id ?? "");
  assertEquals(await acknowledger.tell(stage.signal), false);
  end();
  await acknowledger.tell(stage.signal);
  assertEquals(acked(stage).length, 2);
});

Deno.test("a platform whose rows have no number is never asked", async () => {
  await using stage = await Stage.set({ activityExtras: false });
  const { mailbox, queue, acknowledger } = await openBoth(stage);
  await stage.send("one");
  await mailbox.catchUp(stage.signal);
  await mailbox.pop(queue.peek(1)[0]?.activity_id ?? "");
  await acknowledger.tell(stage.signal);
  assertEquals(acked(stage), []);
});

async function openBoth(stage: Stage) {
  const box = await openMailbox(stage);
  const { client, log } = stage;
  return { ...box, acknowledger: new Acknowledger({ client, log, state: box.state }) };
}

/** The numbers that were sent. */
function acked({ platform }: Stage): number[] {
  return platform.requests.filter(({ path }) => path.endsWith("/activity/ack"))
    .map(({ body }) => JSON.parse(body ?? "").acked_seq);
}
