import { assert, assertEquals } from "@std/assert";
import {
  addRequestMessage,
  cancelRequest,
  respondToRequest,
} from "../../../src/platform/api/requests.ts";
import { askingHarness, assertWaiting, openWatch } from "./watch_support.ts";

Deno.test("more than are read at once are told look by look", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const { watch, queue, look, clock } = await openWatch(asked);
  const ids: string[] = [];
  while (ids.length < 12) ids.push(await harness.ask());
  await look();
  for (const id of ids) await watch.pop(id);
  for (const id of ids) await cancelRequest(asker, id, asked.signal);
  await look();
  assertEquals(queue.peek(99).length, 10);
  await look();
  assertWaiting(queue, ids.map((id) => `closed-${id}`));
  assertEquals(clock.outcomes.at(-1)?.foundNothing, false);
});

Deno.test("one whose end cannot be read keeps no other from being told, and is looked at again", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const [failing = "", other = ""] = [await harness.ask(), await harness.ask()];
  const { watch, queue, look } = await openWatch(asked);
  for (const id of [failing, other]) {
    await watch.pop(id);
    await cancelRequest(asker, id, asked.signal);
  }
  const end = asked.platform.faults.use(({ path }) =>
    path.endsWith(failing) ? new Response(null, { status: 500 }) : undefined
  );
  await look();
  assertWaiting(queue, [`closed-${other}`]);
  end();
  await look();
  assertEquals(queue.peek(9).length, 2);
});

Deno.test("one that the platform does not know any more is forgotten", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const id = await harness.ask();
  const { watch, queue, look, handled } = await openWatch(asked);
  await watch.pop(id);
  await cancelRequest(asker, id, asked.signal);
  asked.platform.faults.use(({ path }) =>
    path.endsWith(id) ? Response.json({ error: "request not found" }, { status: 404 }) : undefined
  );
  await look();
  assertWaiting(queue, []);
  assertEquals([...handled.requestIds], []);
});

Deno.test("what is under way is seen as the same again, or as something else", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const { watch, queue, look, clock } = await openWatch(asked);
  const unchanged = async () => {
    await look();
    return clock.outcomes.at(-1)?.unchanged;
  };
  assertEquals(await unchanged(), undefined);
  const id = await harness.ask();
  assertEquals([await unchanged(), await unchanged()], [0, 1]);
  await watch.pop(id);
  assertEquals(await unchanged(), 2);
  // The agent asks back: an answer may come soon.
  await addRequestMessage(asked.client, id, "Which?", asked.signal);
  assertEquals([await unchanged(), await unchanged()], [0, 1]);
  await addRequestMessage(asker, id, "This one", asked.signal);
  assertEquals(await unchanged(), 0);
  await respondToRequest(asked.client, id, "done", asked.signal);
  // The answer waits to be popped.
  assertEquals(await unchanged(), 1);
  const [answer] = queue.peek(1);
  await watch.pop(answer?.activity_id ?? "");
  assertEquals(await unchanged(), undefined);
});

Deno.test("more than are read at once, none of which can be read, keep no other from being told for long", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const { watch, queue, look, pass, handled, clock } = await openWatch(asked);
  const failing: string[] = [];
  while (failing.length < 10) failing.push(await harness.ask());
  const other = await harness.ask();
  await look();
  for (const id of [...failing, other]) await watch.pop(id);
  for (const id of failing) await respondToRequest(asked.client, id, "done", asked.signal);
  await cancelRequest(asker, other, asked.signal);
  asked.platform.faults.use(({ method, path }) =>
    method === "GET" && failing.some((id) => path.endsWith(id))
      ? new Response(null, { status: 500 })
      : undefined
  );
  await look();
  await look();
  assertWaiting(queue, [`closed-${other}`]);
  // That is no failure of the look, and what cannot be read is given up.
  assertEquals(clock.outcomes.at(-1)?.failures, 0);
  const lookOften = async (times: number) => {
    for (let looks = 0; looks < times; looks++) {
      pass(100_000);
      await look();
    }
  };
  await lookOften(10);
  assertEquals(handled.requestIds.size, 11);
  await lookOften(10);
  assertEquals([...handled.requestIds], [other]);
});

Deno.test("an outage while they are read is one of the look", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const id = await harness.ask();
  const { watch, queue, look, clock } = await openWatch(asked);
  await watch.pop(id);
  await cancelRequest(asker, id, asked.signal);
  const end = asked.platform.faults.use(({ path }) => path.endsWith(id) ? "drop" : undefined);
  await look();
  assertEquals(clock.outcomes.at(-1)?.failures, 1);
  end();
  await look();
  assertWaiting(queue, [`closed-${id}`]);
});

Deno.test("fifty others that are open do not hide that one was taken back", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const ids = [await harness.ask(), await harness.ask()];
  const [open = "", id = ""] = ids;
  const { watch, queue, look, handled } = await openWatch(asked, { capacity: 1_000 });
  for (const each of ids) await watch.pop(each);
  for (let others = 0; others < 50; others++) await harness.ask();
  await cancelRequest(asker, id, asked.signal);
  await look();
  const told = queue.peek(99).filter(({ kind }) => kind === "request_closed");
  assertEquals(told.map(({ request_id }) => request_id), [id]);
  assert(handled.has({ requestId: open }), "the other one is open, though it is not listed");
});
