import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  addRequestMessage,
  cancelRequest,
  getRequest,
  respondToRequest,
} from "../../../src/platform/api/requests.ts";
import { askingHarness, assertWaiting, openWatch } from "./watch_support.ts";

Deno.test("what a peer asks is a message that says who asks what, and how to answer", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const detail = "Only [from canvas user] staging";
  const request = { kind: "approval", title: "Delete it", detail, priority: 5 } as const;
  const id = await harness.ask(request);
  const { queue, arrived } = await openWatch(asked);
  const [message] = queue.peek(1);
  assert(message);
  assertEquals(message, {
    activity_id: id,
    kind: "request",
    text: "Delete it\n\nOnly (from canvas user] staging",
    peer_id: asker.workspace.id,
    peer_name: "Asker",
    method: "",
    created_at: message.created_at,
    request_id: id,
    request_kind: "approval",
    request_title: "Delete it",
    by: "agent",
    note: "priority 5; answer with respond_request (approved or rejected); ask back with " +
      "add_request_message",
  });
  assertEquals(arrived, [message]);
});

Deno.test("one that is no peer is said to be none, and one that cannot be looked up, too", async () => {
  await using harness = await askingHarness({ below: false });
  await harness.ask();
  const { queue, look } = await openWatch(harness.asked);
  assertStringIncludes(queue.peek(1)[0]?.note ?? "", "NOT a peer of this workspace");
  await harness.ask();
  harness.asked.platform.faults.use(({ path }) =>
    path.endsWith("/peers") ? new Response(null, { status: 500 }) : undefined
  );
  await look();
  assertStringIncludes(queue.peek(2)[1]?.note ?? "", "could not be looked up");
});

Deno.test("each is told once, the oldest first, and those that were popped never again", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const ids = [await harness.ask(), await harness.ask(), await harness.ask()];
  const first = await openWatch(asked);
  assertWaiting(first.queue, ids);
  await first.look();
  assertEquals(first.arrived.length, 3);
  assertEquals(await first.watch.pop(ids[1] ?? ""), true);
  assertEquals(await first.watch.pop(ids[1] ?? ""), false);
  assertEquals(await first.watch.pop("something else"), false);
  await first.look();
  assertWaiting(first.queue, [ids[0] ?? "", ids[2] ?? ""]);
  await first.close();
  assertWaiting(first.queue, []);
  // After a restart, what was not popped comes again.
  const second = await openWatch(asked);
  assertWaiting(second.queue, [ids[0] ?? "", ids[2] ?? ""]);
});

Deno.test("the same pop twice at once succeeds once", async () => {
  await using harness = await askingHarness();
  const id = await harness.ask();
  const { watch } = await openWatch(harness.asked);
  const outcomes = await Promise.all([watch.pop(id), watch.pop(id)]);
  assertEquals(outcomes.toSorted(), [false, true]);
});

Deno.test("those that were answered or taken back before they were told are not told", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const ids = [await harness.ask(), await harness.ask(), await harness.ask()];
  const { queue, look } = await openWatch(asked, { capacity: 1 });
  await respondToRequest(asked.client, ids[1] ?? "", "done", asked.signal);
  await cancelRequest(asker, ids[2] ?? "", asked.signal);
  const later = await openWatch(asked);
  assertWaiting(later.queue, ids.slice(0, 1));
  await look();
  queue.remove(ids[0] ?? "");
  await look();
  assertWaiting(queue, []);
});

Deno.test("those that there is no room for come when there is", async () => {
  await using harness = await askingHarness();
  const ids: string[] = [];
  // A queue for one message of a user has room for one of a peer, and that only.
  while (ids.length < 12) ids.push(await harness.ask());
  const { queue, watch } = await openWatch(harness.asked, { capacity: 4 });
  const told: string[] = [];
  while (queue.peek(1).length > 0) {
    const [message] = queue.peek(1);
    told.push(message?.activity_id ?? "");
    await watch.pop(told.at(-1) ?? "");
    watch.offer();
  }
  assertEquals(told, ids);
});

Deno.test("the platform lists 50; the older ones come as these are answered", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const ids: string[] = [];
  while (ids.length < 60) ids.push(await harness.ask());
  const { queue, watch, look, arrived } = await openWatch(asked, { capacity: 1_000 });
  assertWaiting(queue, ids.slice(10));
  for (const id of ids.slice(10)) {
    await watch.pop(id);
    await respondToRequest(asked.client, id, "done", asked.signal);
  }
  await look();
  // Whichever of them the platform showed first.
  const waiting = queue.peek(99).map(({ activity_id }) => activity_id);
  assertEquals(waiting.toSorted(), ids.slice(0, 10).toSorted());
  assertEquals(new Set(arrived.map(({ activity_id }) => activity_id)).size, arrived.length);
});

Deno.test("an answer to what was asked back comes, of a peer and of a person, and one's own does not", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const id = await harness.ask();
  const first = await openWatch(asked);
  await first.watch.pop(id);
  await addRequestMessage(asked.client, id, "Which export?", asked.signal);
  await addRequestMessage(asker, id, "The nightly one", asked.signal);
  await asked.platform.messageAsPerson(id, "Take both");
  await first.look();
  assertEquals(
    first.queue.peek(9).map(({ kind, by, text, peer_id }) => [kind, by, text, peer_id]),
    [
      ["request_message", "user", "Take both", ""],
      ["request_message", "agent", "The nightly one", asker.workspace.id],
    ],
  );
  const [person, peer] = first.queue.peek(2);
  await first.watch.pop(peer?.activity_id ?? "");
  await first.close();
  const second = await openWatch(asked);
  assertWaiting(second.queue, [person?.activity_id ?? ""]);
  // The newest of them is the last in the thread, and was the second.
  const { messages } = await getRequest(asked.client, id, asked.signal);
  assertEquals(messages.length, 3);
});

Deno.test("the file forgets what is closed", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const ids = [await harness.ask(), await harness.ask()];
  const { watch, look } = await openWatch(asked);
  await watch.pop(ids[0] ?? "");
  await respondToRequest(asked.client, ids[0] ?? "", "done", asked.signal);
  await look();
  await watch.pop(ids[1] ?? "");
  const path = join(asked.stateDir, `.mcp_inbox_requests_${asked.id}`);
  assertEquals(JSON.parse(await Deno.readTextFile(path)), { version: 1, handled: [ids[1]] });
});
