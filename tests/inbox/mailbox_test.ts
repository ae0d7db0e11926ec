import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { PlatformError } from "../../src/platform/errors.ts";
import { madeUpRow, serveRows } from "./made_up_log.ts";
import { isFetch, openMailbox, Stage, waiting } from "./stage.ts";

const DAY_MS = 86_400_000;

Deno.test("the first fetch is by time, the next ones go on behind the newest row", async () => {
  await using stage = await Stage.set();
  const { mailbox, texts } = await openMailbox(stage);
  await stage.send("a", "b");
  await mailbox.catchUp(stage.signal);
  await stage.send("c");
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["a", "b", "c"]);
  const newest = stage.platform.activity(stage.id).map(({ id }) => id)[1] ?? "";
  assertEquals(stage.fetches.map(({ query }) => query.since_secs ?? query.since_id), [
    "600",
    newest,
  ]);
});

Deno.test("each message is announced once, in the order of the queue", async () => {
  await using stage = await Stage.set();
  const { mailbox, arrived } = await openMailbox(stage);
  await stage.send("a", "b");
  await mailbox.catchUp(stage.signal);
  await mailbox.catchUp(stage.signal);
  assertEquals(arrived.map(({ text }) => text), ["a", "b"]);
});

Deno.test("rows that are not for the agent are passed by", async () => {
  await using stage = await Stage.set();
  const { mailbox, texts } = await openMailbox(stage);
  await fetch(`${stage.platform.url}/workspaces/${stage.id}/notify`, {
    method: "POST",
    headers: { Authorization: `Bearer ${stage.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ message: "my own words" }),
  }).then((response) => response.body?.cancel());
  await mailbox.catchUp(stage.signal);
  await stage.send("a");
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["a"]);
  const [own] = stage.platform.activity(stage.id);
  assertEquals(stage.fetches.at(-1)?.query.since_id, own?.id);
});

Deno.test("after a restart what was not popped is there again, what was popped is not", async () => {
  await using stage = await Stage.set();
  await stage.send("a", "b", "c", "d");
  {
    const { mailbox, queue } = await openMailbox(stage);
    await mailbox.catchUp(stage.signal);
    for (const text of ["a", "c"]) await pop(mailbox, waiting(queue, text));
  }
  const { mailbox, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["b", "d"]);
});

Deno.test("after a 410 nothing that waits or was popped comes again, new messages come", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue, arrived, texts } = await openMailbox(stage);
  await stage.send("a", "b", "c");
  await mailbox.catchUp(stage.signal);
  await pop(mailbox, waiting(queue, "b"));
  await stage.send("d");
  stage.platform.pruneActivity(stage.id, ({ id }) => id === waiting(queue, "c").activity_id);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["a", "c", "d"]);
  assertEquals(arrived.map(({ text }) => text), ["a", "b", "c", "d"]);
  assertEquals(await stage.fetches.at(-2)?.answered, 410);
});

Deno.test("after a 410 it asks by time until there is a row, and the cursor file is gone", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue } = await openMailbox(stage);
  await stage.send("a");
  await mailbox.catchUp(stage.signal);
  await pop(mailbox, waiting(queue, "a"));
  const { cursor } = deliveryFiles(stage.stateDir, stage.id, undefined);
  assert((await Deno.stat(cursor)).isFile);
  stage.platform.pruneActivity(stage.id);
  for (let fetch = 0; fetch < 2; fetch++) await mailbox.catchUp(stage.signal);
  await assertRejects(() => Deno.stat(cursor), Deno.errors.NotFound);
  const answers = await Promise.all(stage.fetches.slice(1).map(({ answered }) => answered));
  assertEquals(answers, [410, 200, 200]);
});

Deno.test("after a 410 at the start popped messages stay away", async () => {
  await using stage = await Stage.set();
  await stage.send("a", "b", "c");
  {
    const { mailbox, queue } = await openMailbox(stage);
    await mailbox.catchUp(stage.signal);
    const [first] = queue.peek(1);
    assert(first);
    for (const text of ["a", "c"]) await pop(mailbox, waiting(queue, text));
    stage.platform.pruneActivity(stage.id, ({ id }) => id === first.activity_id);
  }
  const { mailbox, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["b"]);
});

Deno.test("a cursor that was pruned in a long absence still brings everything behind it", async () => {
  let daysAgo = 5;
  await using stage = await Stage.set({ nowMs: () => Date.now() - daysAgo * DAY_MS });
  await stage.send("popped");
  {
    const { mailbox, queue } = await openMailbox(stage);
    await mailbox.catchUp(stage.signal);
    await pop(mailbox, waiting(queue, "popped"));
  }
  daysAgo = 4;
  await stage.send("four days old");
  daysAgo = 0;
  await stage.send("new");
  const [oldest] = stage.platform.activity(stage.id);
  stage.platform.pruneActivity(stage.id, ({ id }) => id === oldest?.id);
  const { mailbox, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["four days old", "new"]);
});

Deno.test("a cursor that cannot be a row's id is given up, which no later fetch could heal", async () => {
  await using stage = await Stage.set();
  const odd = { ...madeUpRow(1), id: "row-1" };
  const stop = serveRows(stage, [odd]);
  const { mailbox, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  stop();
  await stage.send("a");
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["message 1", "a"]);
  const answers = await Promise.all(stage.fetches.map(({ answered }) => answered));
  assertEquals(answers, [200, 500, 200]);
});

Deno.test("rows without an id are told once and keep nobody from asking again later", async () => {
  await using stage = await Stage.set();
  await stage.send("a");
  const { mailbox } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  const rows = Array.from({ length: 500 }, () => ({ activity_type: "a2a_receive" }));
  const stop = stage.platform.faults.use((request) =>
    isFetch(request) ? Response.json(rows) : undefined
  );
  await mailbox.catchUp(stage.signal);
  await mailbox.catchUp(stage.signal);
  stop();
  assertEquals(stage.fetches.length, 3, "not asked without end");
  assertEquals(stage.lines.filter((line) => line.includes("without a usable id")).length, 1);
  await stage.send("b");
  await mailbox.catchUp(stage.signal);
  assertEquals(stage.fetches.at(-1)?.query.since_id, stage.platform.activity(stage.id)[0]?.id);
});

Deno.test("a pop is known after it, and repeating it or an unknown id removes nothing", async () => {
  await using stage = await Stage.set();
  await stage.send("a");
  const { mailbox, queue, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  const { activity_id } = waiting(queue, "a");
  assertEquals(await mailbox.pop("unknown"), false);
  assertEquals(await Promise.all([mailbox.pop(activity_id), mailbox.pop(activity_id)]), [
    true,
    false,
  ]);
  assertEquals(texts(), []);
  assertEquals(await mailbox.pop(activity_id), false);
});

Deno.test("a pop that cannot be written fails, and the message still waits", async () => {
  await using stage = await Stage.set();
  await stage.send("a");
  const { mailbox, queue, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  const statePath = deliveryFiles(stage.stateDir, stage.id, undefined).state;
  await Deno.remove(statePath);
  await Deno.mkdir(statePath);
  const { activity_id } = waiting(queue, "a");
  const error = await assertRejects(() => mailbox.pop(activity_id), Error);
  assertStringIncludes(error.message, statePath);
  assertEquals(texts(), ["a"]);
  await Deno.remove(statePath);
  assertEquals(await mailbox.pop(activity_id), true);
});

Deno.test("once closed it offers nothing, and leaves other workspaces' messages alone", async () => {
  await using stage = await Stage.set();
  await stage.send("a", "b");
  const { mailbox, queue, texts } = await openMailbox(stage);
  queue.offer({ ...message("other"), activity_id: "of another workspace" });
  await mailbox.catchUp(stage.signal);
  let popped = false;
  mailbox.pop(waiting(queue, "a").activity_id).then((removed) => popped = removed);
  await mailbox.close();
  assertEquals([popped, texts()], [true, ["other"]]);
  const again = await openMailbox(stage);
  await again.mailbox.catchUp(stage.signal);
  assertEquals(again.texts(), ["b"], "the pop was on disk, the other message was not popped");
});

Deno.test("a failing fetch says what failed", async () => {
  await using stage = await Stage.set();
  const { mailbox } = await openMailbox(stage);
  stage.platform.faults.use(() => new Response("{}", { status: 500 }));
  const error = await assertRejects(() => mailbox.catchUp(stage.signal), PlatformError);
  assertEquals(error.status, 500);
});

async function pop(
  mailbox: { pop(activityId: string): Promise<boolean> },
  { activity_id }: InboxMessage,
): Promise<void> {
  assertEquals(await mailbox.pop(activity_id), true);
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
  await using stage = await Stage.set();
  const broadcast = {
    ...madeUpRow(2),
    activity_type: "broadcast_receive",
    source_id: "58d0c7e1-84fa-49b6-b2c3-7e6f1a0d9b05",
    method: "broadcast",
    request_body: undefined,
    summary: "Broadcast from Ops: Freeze",
  };
  const sent = { ...madeUpRow(3), activity_type: "a2a_send", source_id: stage.id };
  const stop = serveRows(stage, [madeUpRow(1), broadcast, sent, madeUpRow(4)]);
  const { mailbox, queue, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  await mailbox.catchUp(stage.signal);
  stop();
  // After the user's, like everything that is not from a person.
  assertEquals(texts(), ["message 1", "message 4", "Broadcast from Ops: Freeze"]);
  assertEquals(queue.peek(3)[2]?.broadcast, true);
});
