import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  addRequestMessage,
  cancelRequest,
  createRequest,
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
  assertStringIncludes(
    message?.note ?? "",
    "was answered in your place, by the user (approved): stop",
  );
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

Deno.test("one that is taken back while its thread is read is told once", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const id = await harness.ask();
  await addRequestMessage(asked.client, id, "Which?", asked.signal);
  const { watch, look, arrived } = await openWatch(asked);
  await watch.pop(id);
  let isFirst = true;
  asked.platform.faults.use(({ method, path }) => {
    if (!isFirst || method !== "GET" || !path.endsWith(id)) return undefined;
    isFirst = false;
    asked.platform.store.updateRequest(id, { status: "cancelled" });
    return undefined;
  });
  for (let looks = 0; looks < 4; looks++) await look();
  assertEquals(arrived.map(({ kind }) => kind), ["request", "request_closed"]);
  assertEquals(asker.workspace.id, arrived[0]?.peer_id);
});

Deno.test("one that was answered in the name of another agent says that, and nothing of a cancel", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const id = await harness.ask();
  const { watch, queue, look } = await openWatch(asked);
  await watch.pop(id);
  await asked.platform.respondAsPerson(id, "done");
  asked.platform.store.updateRequest(id, { responderType: "agent", responderId: id });
  await look();
  const [message] = queue.peek(1);
  assertEquals([message?.by, message?.peer_id], ["agent", id]);
  assertStringIncludes(message?.note ?? "", "answered in your place, by another agent (done)");
});

Deno.test("what the workspace asks itself is nobody's to stop", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const request = { kind: "approval", title: "Mine", recipientId: asked.id } as const;
  const { id } = await createRequest(asked.client, request, asked.signal);
  await asked.platform.messageAsPerson(id, "Why?");
  const { queue, look } = await openWatch(asked);
  await asked.platform.respondAsPerson(id, "approved");
  await look();
  assertWaiting(queue, []);
});
