import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { createRequest, respondToRequest } from "../../../src/platform/api/requests.ts";
import { MissedDecisions } from "../../../src/inbox/requests/missed_decisions.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { heartbeat } from "../../../src/platform/api/registry.ts";
import { receive } from "../workspace_inbox_support.ts";
import {
  type AskingHarness,
  askingHarness,
  assertWaiting,
  openWatch,
  raise,
  type TestWatch,
} from "./watch_support.ts";

const GRACE_MS = 3 * 60_000;

/** Raises a request to the user, and has it decided. @returns its id */
async function decided({ asked }: AskingHarness, action = "approved"): Promise<string> {
  const request = { kind: "approval", title: 'Delete "it"' } as const;
  const { id } = await createRequest(asked.client, request, asked.signal);
  await asked.platform.respondAsPerson(id, action);
  return id;
}

/** Looks, and again when a row should have come. */
async function lookTwice({ look, pass }: Pick<TestWatch, "look" | "pass">): Promise<void> {
  await look();
  pass(GRACE_MS);
  await look();
}

/** The platform failed to queue its notices, as it does with no more than a line in its log. */
function loseNotices({ asked: { platform, id } }: AskingHarness): void {
  for (const item of platform.store.queuedFor(id)) {
    platform.store.updateQueueItem(item.id, { status: "dropped" });
  }
}

Deno.test("a decision of which no row comes is found in the list, and told once", async () => {
  await using harness = await askingHarness();
  const first = await openWatch(harness.asked);
  const id = await decided(harness);
  loseNotices(harness);
  await first.look();
  first.pass(GRACE_MS - 1);
  await first.look();
  assertWaiting(first.queue, []);
  first.pass(1);
  await first.look();
  const [message] = first.queue.peek(1);
  assertEquals(message, {
    activity_id: id,
    kind: "request_decision",
    text: `Your approval request "Delete \\"it\\"" (id ${id}) was approved by the user.`,
    peer_id: "",
    method: "",
    created_at: message?.created_at ?? "",
    request_id: id,
    request_kind: "approval",
    request_title: 'Delete "it"',
    decision: "approved",
    by: "user",
    note: "found in the list of requests: the platform's own notice of it did not come",
  });
  assert(await first.watch.pop(id));
  await first.look();
  assertWaiting(first.queue, []);
  await first.close();
  const second = await openWatch(harness.asked);
  await lookTwice(second);
  assertWaiting(second.queue, []);
});

Deno.test("one that was not popped is found again after a restart", async () => {
  await using harness = await askingHarness();
  const first = await openWatch(harness.asked);
  const id = await decided(harness, "rejected");
  loseNotices(harness);
  await lookTwice(first);
  assertWaiting(first.queue, [id]);
  await first.close();
  const second = await openWatch(harness.asked);
  second.pass(GRACE_MS);
  await second.look();
  assertWaiting(second.queue, [id]);
});

Deno.test("what was decided or cancelled before the first look is nobody's news", async () => {
  await using harness = await askingHarness();
  await decided(harness);
  await harness.asked.platform.cancelRequestAsPerson(await raise(harness));
  const first = await openWatch(harness.asked);
  await lookTwice(first);
  assertWaiting(first.queue, []);
  await first.close();
  const { queue, look, pass } = await openWatch(harness.asked);
  await lookTwice({ look, pass });
  assertWaiting(queue, []);
});

Deno.test("a decision with a date of the far future hides no later one", async () => {
  await using harness = await askingHarness();
  const { platform } = harness.asked;
  const early = await decided(harness);
  platform.store.updateRequest(early, { respondedAt: Date.parse("2999-01-01") * 1000 });
  const { queue, look, pass } = await openWatch(harness.asked);
  const id = await decided(harness);
  await lookTwice({ look, pass });
  assertWaiting(queue, [id]);
});

Deno.test("of those that were told, the ones that the platform lists are remembered longest", async () => {
  await using harness = await askingHarness();
  const { queue, look, pass, told } = await openWatch(harness.asked);
  const id = await decided(harness);
  await told.add(id);
  for (let others = 0; others < 510; others++) {
    if (others === 250) await look();
    await told.add(`other ${others}`);
  }
  assert(!told.has("other 0"));
  await lookTwice({ look, pass });
  assertWaiting(queue, []);
});

Deno.test("a peer's decision names the peer", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const { queue, look, pass } = await openWatch(asked);
  const request = { kind: "task", title: "Do it", recipientId: asker.workspace.id } as const;
  const { id } = await createRequest(asked.client, request, asked.signal);
  await respondToRequest(asker, id, "done", asked.signal);
  await lookTwice({ look, pass });
  const [message] = queue.peek(1);
  assertEquals([message?.decision, message?.by, message?.peer_id], [
    "done",
    "agent",
    asker.workspace.id,
  ]);
  assertEquals(
    message?.text,
    `Your task request "Do it" (id ${id}) was done by agent ${asker.workspace.id}.`,
  );
});

Deno.test("a decision whose row waits or was popped is not told again", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const { missed, told, look, pass, queue } = await openWatch(asked);
  const [waits, popped] = [await decided(harness), await decided(harness)];
  missed.rowArrived("row 1", waits);
  missed.rowArrived("row 2", popped);
  await missed.rowHandled("row 2");
  await missed.rowHandled("another row");
  assertEquals([told.has(waits), told.has(popped)], [false, true]);
  await lookTwice({ look, pass });
  assertWaiting(queue, []);
});

Deno.test("a row that comes late for a decision that was told is passed by", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const { platform, client, signal } = asked;
  // Told and popped in an earlier life, in which no row came.
  const first = await openWatch(asked);
  const id = await decided(harness);
  await lookTwice(first);
  assert(await first.watch.pop(id));
  await first.close();
  const running = receive(asked);
  await running.inbox.asked();
  await heartbeat(client, { uptimeSeconds: 1 }, signal);
  await platform.idle();
  await platform.sendAsUser(asked.id, "after it");
  assertEquals((await running.arrival).text, "after it");
  assertEquals(running.queue.peek(9).length, 1);
});

Deno.test("the pop of a row is recorded with its decision", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const running = receive(asked);
  await running.inbox.asked();
  const id = await decided(harness);
  await heartbeat(asked.client, { uptimeSeconds: 1 }, asked.signal);
  const { activity_id } = await running.arrival;
  assert(await running.inbox.pop(activity_id));
  const path = join(asked.stateDir, `.mcp_inbox_decisions_${asked.id}`);
  assertEquals(JSON.parse(await Deno.readTextFile(path)).told, [id]);
});

Deno.test("what cannot be used of the file is reported and begins anew: nothing old is told", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  await decided(harness);
  loseNotices(harness);
  const path = join(asked.stateDir, `.mcp_inbox_decisions_${asked.id}`);
  for (
    const content of [
      '{"version":1,"before":7,"told":[]}',
      '{"version":1,"before":[7],"told":[]}',
      '{"version":1,"told":[]}',
      '{"version":2,"before":null,"told":[]}',
      '{"version":1,"before":null,"told":{}}',
      '{"version":1,"before":null,"told":[7]}',
    ]
  ) {
    await Deno.writeTextFile(path, content, { mode: 0o600 });
    const { queue, look, pass, close } = await openWatch(asked);
    pass(GRACE_MS);
    await look();
    assertWaiting(queue, []);
    assertEquals(asked.lines.pop(), `Ignoring ${path}: it is damaged`);
    await close();
  }
  await Deno.remove(path);
  await Deno.mkdir(path);
  await openWatch(asked);
  assertMatch(asked.lines[0] ?? "", /^Cannot read .*\. Remove the file if this persists$/);
});

Deno.test("the time that a row may take is a real one", async () => {
  await using harness = await askingHarness();
  const { asked: { client, signal } } = harness;
  const first = await openWatch(harness.asked);
  await first.close();
  const id = await decided(harness);
  loseNotices(harness);
  const missed = new MissedDecisions({ client, told: first.told });
  using time = new FakeTime();
  assertEquals(await time.atOnce(missed.look(signal)), []);
  time.tick(GRACE_MS);
  assertEquals((await time.atOnce(missed.look(signal))).map((found) => found.id), [id]);
});
