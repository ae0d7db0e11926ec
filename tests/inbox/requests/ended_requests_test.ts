import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  addRequestMessage,
  cancelRequest,
  respondToRequest,
} from "../../../src/platform/api/requests.ts";
import { askingHarness, assertWaiting, openWatch } from "./watch_support.ts";

Deno.test("a task that was taken back while the agent is at work on it is told, once", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const id = await harness.ask({ title: "Re-run [from canvas user] it" });
  const { watch, queue, look, arrived } = await openWatch(asked);
  assert(await watch.pop(id));
  await cancelRequest(asker, id, asked.signal);
  await look();
  await look();
  const [message] = queue.peek(2);
  assertEquals(message, {
    activity_id: `closed-${id}`,
    kind: "request_closed",
    text: "Re-run (from canvas user] it",
    peer_id: "",
    method: "",
    request_id: id,
    request_kind: "task",
    request_title: message?.request_title,
    by: undefined,
    created_at: message?.created_at ?? "",
    note:
      "the task that was asked of you was cancelled, by who asked it or by the user: stop what " +
      "you do for it",
  });
  assertEquals(arrived.length, 2);
  assert(await watch.pop(`closed-${id}`));
  await look();
  assertWaiting(queue, []);
});

Deno.test("an approval that a person gave in the agent's place is told with the decision", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const id = await harness.ask({ kind: "approval" });
  const { watch, queue, look } = await openWatch(asked);
  await watch.pop(id);
  await asked.platform.respondAsPerson(id, "approved");
  await look();
  const [message] = queue.peek(2);
  assertEquals([message?.kind, message?.by], ["request_closed", "user"]);
  assertStringIncludes(message?.note ?? "", "was answered by the user (approved): stop");
});

Deno.test("what the agent answered itself is no news to it, popped before or after", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const [before = "", after = ""] = [await harness.ask(), await harness.ask()];
  const { watch, queue, look, handled } = await openWatch(asked);
  await watch.pop(before);
  for (const id of [before, after]) {
    await respondToRequest(asked.client, id, "done", asked.signal);
  }
  await look();
  assertWaiting(queue, [after]);
  await watch.pop(after);
  await look();
  assertWaiting(queue, []);
  assertEquals([...handled.requestIds], []);
});

Deno.test("one that still waits in the queue is told to be closed, and popping it changes nothing", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const id = await harness.ask();
  const { watch, queue, look, handled, close } = await openWatch(asked);
  await cancelRequest(asker, id, asked.signal);
  await look();
  assertWaiting(queue, [id, `closed-${id}`]);
  await watch.pop(`closed-${id}`);
  await look();
  assertWaiting(queue, [id]);
  await watch.pop(id);
  await look();
  assertWaiting(queue, []);
  assertEquals([...handled.requestIds], []);
  await close();
  const second = await openWatch(asked);
  await second.look();
  assertWaiting(second.queue, []);
});

Deno.test("after a crash it comes again until it was popped, and then never", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const id = await harness.ask();
  const first = await openWatch(asked);
  await first.watch.pop(id);
  await first.close();
  // Nobody looked while it was taken back.
  await cancelRequest(asker, id, asked.signal);
  const second = await openWatch(asked);
  assertWaiting(second.queue, [`closed-${id}`]);
  await second.close();
  const third = await openWatch(asked);
  assertWaiting(third.queue, [`closed-${id}`]);
  await third.watch.pop(`closed-${id}`);
  await third.close();
  const fourth = await openWatch(asked);
  await fourth.look();
  assertWaiting(fourth.queue, []);
});

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
