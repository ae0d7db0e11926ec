import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { PlatformError } from "../../src/platform/errors/platform_error.ts";
import { madeUpRow, serveRows } from "./made_up_log.ts";
import { InboxHarness, isFetch, openConsumer, waiting } from "./inbox_harness.ts";

Deno.test("the first fetch is by time, the next ones go on behind the newest row", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, texts } = await openConsumer(harness);
  await harness.send("a", "b");
  await consumer.catchUp(harness.signal);
  await harness.send("c");
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["a", "b", "c"]);
  const newest = harness.platform.activity(harness.id).map(({ id }) => id)[1] ?? "";
  assertEquals(harness.fetches.map(({ query }) => query.since_secs ?? query.since_id), [
    "600",
    newest,
  ]);
});

Deno.test("each message is announced once, in the order of the queue", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, arrived } = await openConsumer(harness);
  await harness.send("a", "b");
  await consumer.catchUp(harness.signal);
  await consumer.catchUp(harness.signal);
  assertEquals(arrived.map(({ text }) => text), ["a", "b"]);
});

Deno.test("rows that are not for the agent are passed by", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, texts } = await openConsumer(harness);
  await fetch(`${harness.platform.url}/workspaces/${harness.id}/notify`, {
    method: "POST",
    headers: { Authorization: `Bearer ${harness.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ message: "my own words" }),
  }).then((response) => response.body?.cancel());
  await consumer.catchUp(harness.signal);
  await harness.send("a");
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["a"]);
  const [own] = harness.platform.activity(harness.id);
  assertEquals(harness.fetches.at(-1)?.query.since_id, own?.id);
});

Deno.test("after a restart what was not popped is there again, what was popped is not", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b", "c", "d");
  {
    const { consumer, queue } = await openConsumer(harness);
    await consumer.catchUp(harness.signal);
    for (const text of ["a", "c"]) await pop(consumer, waiting(queue, text));
  }
  const { consumer, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["b", "d"]);
});

Deno.test("rows without an id are reported once and do not prevent later fetches", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a");
  const { consumer } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  const rows = Array.from({ length: 500 }, () => ({ activity_type: "a2a_receive" }));
  const stop = harness.platform.faults.use((request) =>
    isFetch(request) ? Response.json(rows) : undefined
  );
  await consumer.catchUp(harness.signal);
  await consumer.catchUp(harness.signal);
  stop();
  assertEquals(harness.fetches.length, 3, "not asked without end");
  assertEquals(harness.lines.filter((line) => line.includes("without a usable id")).length, 1);
  await harness.send("b");
  await consumer.catchUp(harness.signal);
  assertEquals(
    harness.fetches.at(-1)?.query.since_id,
    harness.platform.activity(harness.id)[0]?.id,
  );
});

Deno.test("a pop is known after it, and repeating it or an unknown id removes nothing", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a");
  const { consumer, queue, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  const { activity_id } = waiting(queue, "a");
  assertEquals(await consumer.pop("unknown"), false);
  assertEquals(await Promise.all([consumer.pop(activity_id), consumer.pop(activity_id)]), [
    true,
    false,
  ]);
  assertEquals(texts(), []);
  assertEquals(await consumer.pop(activity_id), false);
});

Deno.test("a pop that cannot be written fails, and the message still waits", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a");
  const { consumer, queue, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  const statePath = deliveryFiles(harness.stateDir, harness.id, undefined).state;
  await Deno.remove(statePath);
  await Deno.mkdir(statePath);
  const { activity_id } = waiting(queue, "a");
  const error = await assertRejects(() => consumer.pop(activity_id), Error);
  assertStringIncludes(error.message, statePath);
  assertEquals(texts(), ["a"]);
  await Deno.remove(statePath);
  assertEquals(await consumer.pop(activity_id), true);
});

Deno.test("once closed it offers nothing, and leaves other workspaces' messages alone", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b");
  const { consumer, queue, texts } = await openConsumer(harness);
  queue.offer({ ...message("other"), activity_id: "of another workspace" });
  await consumer.catchUp(harness.signal);
  let popped = false;
  consumer.pop(waiting(queue, "a").activity_id).then((removed) => popped = removed);
  await consumer.close();
  assertEquals([popped, texts()], [true, ["other"]]);
  const again = await openConsumer(harness);
  await again.consumer.catchUp(harness.signal);
  assertEquals(again.texts(), ["b"], "the pop was on disk, the other message was not popped");
});

Deno.test("a failing fetch says what failed", async () => {
  await using harness = await InboxHarness.start();
  const { consumer } = await openConsumer(harness);
  harness.platform.faults.use(() => new Response("{}", { status: 500 }));
  const error = await assertRejects(() => consumer.catchUp(harness.signal), PlatformError);
  assertEquals(error.status, 500);
});

async function pop(
  consumer: { pop(activityId: string): Promise<boolean> },
  { activity_id }: InboxMessage,
): Promise<void> {
  assertEquals(await consumer.pop(activity_id), true);
}

function message(text: string): InboxMessage {
  return {
    activity_id: text,
    text,
    peer_id: "",
    kind: "canvas_user",
    method: "message/send",
    created_at: "",
  };
}

Deno.test("a broadcast arrives among the peers' messages, once", async () => {
  await using harness = await InboxHarness.start();
  const broadcast = {
    ...madeUpRow(2),
    activity_type: "broadcast_receive",
    source_id: "58d0c7e1-84fa-49b6-b2c3-7e6f1a0d9b05",
    method: "broadcast",
    request_body: undefined,
    summary: "Broadcast from Ops: Freeze",
  };
  const sent = { ...madeUpRow(3), activity_type: "a2a_send", source_id: harness.id };
  const stop = serveRows(harness, [madeUpRow(1), broadcast, sent, madeUpRow(4)]);
  const { consumer, queue, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  await consumer.catchUp(harness.signal);
  stop();
  // After the user's, like everything that is not from a person.
  assertEquals(texts(), ["message 1", "message 4", "Broadcast from Ops: Freeze"]);
  assertEquals(queue.peek(3)[2]?.broadcast, true);
});
