import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { addRequestMessage, cancelRequest } from "../../../src/platform/api/requests.ts";
import { askingHarness, assertWaiting, openWatch } from "./watch_support.ts";

/** More than a message may have without a file. */
const LONG = "x".repeat(70_000);

Deno.test("one who asks without end, and takes it back, fills neither memory nor disk", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const { look, saved } = await openWatch(asked, { capacity: 2 });
  for (let round = 0; round < 4; round++) {
    const ids: string[] = [];
    for (let count = 0; count < 50; count++) ids.push(await harness.ask({ detail: LONG }));
    await look();
    for (const id of ids) await cancelRequest(asker, id, asked.signal);
  }
  assert(saved.length <= 60, `${saved.length} texts were saved`);
});

Deno.test("what there was no room for is told when there is", async () => {
  await using harness = await askingHarness();
  const ids: string[] = [];
  for (let count = 0; count < 40; count++) ids.push(await harness.ask());
  for (const id of ids) {
    await addRequestMessage(harness.asked.client, id, "Which?", harness.asked.signal);
  }
  for (let count = 0; count < 40; count++) ids.push(await harness.ask());
  const { watch, look, queue, arrived } = await openWatch(harness.asked, { capacity: 2 });
  while (queue.peek(1).length > 0) {
    for (const { activity_id } of queue.peek(9)) await watch.pop(activity_id);
    await look();
    watch.offer();
  }
  assertEquals(arrived.map(({ activity_id }) => activity_id).sort(), ids.toSorted());
});

Deno.test("a thread that fails with the platform hides neither new requests nor other threads", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const ids = [await harness.ask(), await harness.ask()];
  const [readable = "", failing = ""] = ids;
  for (const id of ids) await addRequestMessage(asked.client, id, "Which?", asked.signal);
  await addRequestMessage(asker, readable, "That one", asked.signal);
  asked.platform.faults.use(({ path }) =>
    path.endsWith(failing) ? Response.json({ error: "query failed" }, { status: 500 }) : undefined
  );
  const { queue, watch, look } = await openWatch(asked);
  assertEquals(queue.peek(9).map(({ kind, request_id }) => [kind, request_id]), [
    ["request", readable],
    ["request", failing],
    ["request_message", readable],
  ]);
  const another = await harness.ask();
  await look();
  assertEquals(queue.peek(9).at(-1)?.activity_id, another);
  // But that there may be an answer which is not known is said.
  assertStringIncludes(watch.problem ?? "", "Cannot look for requests");
});

Deno.test("an outage among the threads hides no new request", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const id = await harness.ask();
  await addRequestMessage(asked.client, id, "Which?", asked.signal);
  asked.platform.faults.use(({ path }) => path.endsWith(id) ? "drop" : undefined);
  const { queue } = await openWatch(asked);
  assertWaiting(queue, [id]);
});
