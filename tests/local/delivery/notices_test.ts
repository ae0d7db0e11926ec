import { assert, assertEquals, assertMatch } from "@std/assert";
import { quoted } from "../../../src/local/requests/quoted.ts";
import { isObject } from "../../../src/local/state/json.ts";
import type { ActivityRow } from "../../../src/local/state/rows.ts";
import { startAgent, textReply } from "../agents.ts";
import { act, raise, respond, toResearcher, write } from "../requests.ts";
import { type Caller, FlakyStore, startTeam } from "../support.ts";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** As on a server without containers: only heartbeats deliver. */
const noSweep = { sweepIntervalMs: 0 };

async function beat(caller: Caller, active_tasks = 0): Promise<void> {
  await caller.post("/registry/heartbeat", { workspace_id: caller.id, active_tasks });
  await caller.platform.idle();
}

/** The message of a row, as it was sent. */
function messageOf(row: ActivityRow | undefined) {
  assert(row && isObject(row.requestBody) && isObject(row.requestBody.params));
  const { message, ...params } = row.requestBody.params;
  assert(isObject(message) && Array.isArray(message.parts) && isObject(message.parts[0]));
  return { id: String(message.messageId), text: String(message.parts[0].text), params };
}

Deno.test("an answer: its asker finds it in its log after a heartbeat with room", async () => {
  await using team = await startTeam(noSweep);
  const { lead, platform } = team;
  const id = await raise(lead, { kind: "approval", title: 'Delete "a"\n' });
  await platform.respondAsPerson(id, "approved");
  await beat(lead, 1);
  assertEquals(platform.activity(lead.id), []);
  await beat(lead);
  const [row] = platform.activity(lead.id);
  const message = messageOf(row);
  assertMatch(message.id, new RegExp(`^request-responded:${id}-${UUID}$`));
  const fixed = `Your approval request "Delete \\"a\\"\\n" (id ${id}) was approved by the user. `;
  assertEquals(message.text.slice(0, fixed.length), fixed);
  for (const tool of ["get_request", "check_requests", "send_message_to_user"]) {
    assert(message.text.includes(tool), message.text);
  }
  assertEquals(message.params, {});
  assertEquals([row?.sourceId, row?.targetId, row?.activityType, row?.summary], [
    null,
    lead.id,
    "a2a_receive",
    "message/send → Lead (ingest)",
  ]);
});

Deno.test("an answer: one of an agent names it; a withdrawn request has none", async () => {
  await using team = await startTeam(noSweep);
  const { lead, researcher, platform } = team;
  const id = await raise(lead, toResearcher(team));
  await respond(researcher, id, "rejected");
  await act(lead, await raise(lead), "cancel");
  await platform.cancelRequestAsPerson(await raise(lead));
  for (let i = 0; i < 3; i++) await beat(lead);
  const texts = platform.activity(lead.id).map((row) => messageOf(row).text);
  assertEquals(texts.length, 1);
  assertMatch(
    texts[0] ?? "",
    new RegExp(`\\(id ${id}\\) was rejected by agent ${researcher.id}\\.`),
  );
});

Deno.test("a question: from whoever it comes but the asker, also when the request is closed", async () => {
  await using team = await startTeam(noSweep);
  const { lead, researcher, platform } = team;
  const id = await raise(lead, toResearcher(team));
  await write(lead, id, "own");
  await write(researcher, id, "Which one?");
  assertEquals(platform.store.request(id)?.status, "info_requested");
  await platform.cancelRequestAsPerson(id);
  await platform.messageAsPerson(id, "Too late", { authorId: "u-1" });
  const [, asked, late] = platform.store.requestMessages(id, 9);
  assertEquals([late?.authorType, late?.authorId], ["user", "u-1"]);
  for (let i = 0; i < 3; i++) await beat(lead);
  const [first, second, ...more] = platform.activity(lead.id).map(messageOf);
  assertEquals(more, []);
  assertMatch(first?.id ?? "", new RegExp(`^request-message:${asked?.id}-${UUID}$`));
  const fixed = `More info requested on your task request "Look" (id ${id}): Which one?\n\n`;
  assertEquals(first?.text.slice(0, fixed.length), fixed);
  assert(first?.text.includes("add_request_message"));
  assertMatch(second?.text ?? "", /: Too late\n/);
  assertEquals(platform.store.request(id)?.status, "cancelled");
});

Deno.test("an answer stands, although the notice of it could not be queued", async () => {
  const flaky = new FlakyStore();
  await using team = await startTeam({ ...noSweep, store: flaky.store });
  const { lead, platform } = team;
  const id = await raise(lead);
  flaky.failing.add("insertQueueItem");
  const message = await platform.messageAsPerson(id, "Why?");
  const answer = await platform.respondAsPerson(id, "done");
  assertEquals([message.status, answer.status, platform.store.request(id)?.status], [
    201,
    200,
    "done",
  ]);
});

Deno.test("an answer: an agent that is called is sent a whole call", async () => {
  await using agent = startAgent(() => textReply("Thanks"));
  await using team = await startTeam({ ...noSweep, allowLoopbackUrls: true });
  const { lead, platform } = team;
  const change = { deliveryMode: "push" as const, url: agent.url, inboundSecret: "s" };
  platform.store.updateWorkspace(lead.id, change);
  await platform.respondAsPerson(await raise(lead), "done");
  await beat(lead);
  const [call] = agent.received;
  assert(isObject(call?.body) && isObject(call.body.params) && isObject(call.body.params.message));
  assertEquals([call.body.jsonrpc, call.body.method], ["2.0", "message/send"]);
  assertEquals(call.body.params.message.contextId, `canvas-${lead.id}`);
  const [row] = platform.activity(lead.id);
  assertEquals([row?.sourceId, row?.status], [null, "ok"]);
});

Deno.test("a person: answers what an agent is asked, and errs as an agent does", async () => {
  await using team = await startTeam({ ...noSweep });
  const { lead, platform } = team;
  const id = await raise(lead, { kind: "approval", ...toResearcher(team) });
  const gone = { error: "request not found or already resolved" };
  const invalid = { error: "request: invalid action for this request kind" };
  const answers = [
    await platform.respondAsPerson(id, ""),
    await platform.respondAsPerson(id, "done"),
    await platform.respondAsPerson("x", "done"),
    await platform.respondAsPerson(id, "approved", { responderId: "u-7" }),
    await platform.respondAsPerson(id, "approved"),
    await platform.cancelRequestAsPerson(id),
    await platform.cancelRequestAsPerson("x"),
    await platform.messageAsPerson(id, ""),
    await platform.messageAsPerson("x", "x"),
  ];
  assertEquals(answers.map(({ status, body }) => [status, body]), [
    [400, { error: "invalid request body" }],
    [400, invalid],
    [500, { error: "failed to respond" }],
    [200, { status: "approved", request_id: id }],
    [404, gone],
    [404, gone],
    [500, { error: "failed to cancel" }],
    [400, { error: "invalid request body" }],
    [500, { error: "failed to add message" }],
  ]);
  const row = platform.store.request(id);
  assertEquals([row?.responderType, row?.responderId], ["user", "u-7"]);
});

for (
  const [text, expected] of [
    ["Café 🦉 –", '"Café 🦉 –"'],
    ['a\\b"c"', '"a\\\\b\\"c\\""'],
    ["\x07\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
    ["\x1b\x7f\x85", '"\\x1b\\x7f\\u0085"'],
    ["\u00a0\u200b\u202e\ufeff", '"\\u00a0\\u200b\\u202e\\ufeff"'],
    ["\u{e0041}", '"\\U000e0041"'],
  ] as const
) {
  Deno.test(`a title is quoted as Go does it: ${expected}`, () =>
    assertEquals(quoted(text), expected));
}
