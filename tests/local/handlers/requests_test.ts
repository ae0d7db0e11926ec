import { assert, assertEquals } from "@std/assert";
import { isObject } from "../../../src/local/state/json.ts";
import { act, ASK, NOBODY, raise, read, respond, said, toResearcher, write } from "../requests.ts";
import { FlakyStore, startTeam } from "../support.ts";

Deno.test("requests: what is raised is listed for both, with every key", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  const body = { ...toResearcher(team), detail: "", priority: -32_768 };
  const id = await raise(researcher, { ...body, recipient_id: lead.id });
  // The user may be called anything.
  await raise(team.writer, { recipient_type: "user", recipient_id: lead.id });
  const raised = await researcher.get(`/workspaces/${researcher.id}/requests`);
  const inbox = await lead.get(`/workspaces/${lead.id}/requests/inbox?status=pending`);
  assertEquals(raised.text, inbox.text);
  assert(Array.isArray(raised.body) && isObject(raised.body[0]));
  const { created_at, updated_at, ...row } = raised.body[0];
  assertEquals(created_at, updated_at);
  assertEquals(row, {
    id,
    kind: "task",
    requester_type: "agent",
    requester_id: researcher.id,
    org_id: lead.id,
    recipient_type: "agent",
    recipient_id: lead.id,
    title: "Look",
    detail: null,
    status: "pending",
    responder_type: null,
    responder_id: null,
    priority: -32_768,
    responded_at: null,
  });
});

Deno.test("requests: a list has the newest 50, a thread the oldest 200", async () => {
  await using team = await startTeam({ rateLimit: { requests: 1_000, windowMs: 60_000 } });
  const { lead } = team;
  for (let i = 0; i < 52; i++) await raise(lead, { title: `${i}` });
  const { body } = await lead.get(`/workspaces/${lead.id}/requests?status=`);
  assert(Array.isArray(body));
  assertEquals(body.map((row) => isObject(row) && row.title).slice(0, 2), ["51", "50"]);
  assertEquals(body.length, 50);
  const id = isObject(body[0]) ? String(body[0].id) : "";
  for (let i = 0; i < 202; i++) await write(lead, id, `${i}`);
  const thread = await read(lead, id);
  assert(isObject(thread.body) && Array.isArray(thread.body.messages));
  const { messages } = thread.body;
  assertEquals([messages.length, isObject(messages[0]) && messages[0].body], [200, "0"]);
});

for (
  const [name, body, expected] of [
    ["no JSON", "[", [400, "invalid request body"]],
    ["a fraction", { ...ASK, priority: 1.5 }, [400, "invalid request body"]],
    ["a title that is a number", { ...ASK, title: 1 }, [400, "invalid request body"]],
    ["no recipient", { ...ASK, recipient_type: "" }, [400, "invalid request body"]],
    ["neither kind nor type", { ...ASK, kind: "memo", recipient_type: "team" }, [
      400,
      "request: kind must be 'task' or 'approval'",
    ]],
    ["32768", { ...ASK, priority: 32_768 }, [500, "failed to create request"]],
    ["a NUL", { ...ASK, title: "a\0" }, [500, "failed to create request"]],
    ["a NUL in the detail", { ...ASK, detail: "\0" }, [500, "failed to create request"]],
    ["blanks", { ...ASK, title: " " }, [201, undefined]],
    ["null for what may be absent", { ...ASK, priority: null, detail: null }, [201, undefined]],
    ["a recipient that is nobody", { ...ASK, recipient_type: "agent" }, [201, undefined]],
    ["a recipient that is no id", { ...ASK, recipient_type: "agent", recipient_id: "x" }, [
      201,
      undefined,
    ]],
  ] as [string, unknown, [number, string | undefined]][]
) {
  Deno.test(`requests: raising one with ${name} answers ${expected[0]}`, async () => {
    await using team = await startTeam();
    const { lead } = team;
    assertEquals(said(await lead.post(`/workspaces/${lead.id}/requests`, body)), expected);
  });
}

Deno.test("requests: the checks of an answer come in their order", async () => {
  await using team = await startTeam();
  const { lead, researcher, writer } = team;
  const id = await raise(lead, toResearcher(team));
  const gone = [404, "request not found or already resolved"];
  assertEquals(said(await act(writer, NOBODY, "respond", {})), [400, "invalid request body"]);
  assertEquals(said(await respond(writer, NOBODY, "x")), gone);
  for (const caller of [writer, lead, team.stranger]) {
    assertEquals(said(await respond(caller, id, "x")), [403, "not the recipient"]);
  }
  const badAction = [400, "request: invalid action for this request kind"];
  assertEquals(said(await respond(researcher, id, "approved")), badAction);
  assertEquals((await respond(researcher, id)).body, { status: "done", request_id: id });
  assertEquals(said(await respond(researcher, id, "approved")), badAction);
  assertEquals(said(await respond(researcher, id)), gone);
  const toOneself = await raise(researcher, toResearcher(team));
  const own = [400, "request: responder cannot be the requester"];
  assertEquals(said(await respond(researcher, toOneself, "x")), own);
});

Deno.test("requests: whoever the body names, the workspace of the path acts", async () => {
  await using team = await startTeam({ adminToken: "admin" });
  const { lead, researcher, platform } = team;
  const id = await raise(lead, toResearcher(team));
  const as = { responder_type: "user", responder_id: "boss", author_type: "user", author_id: "b" };
  await act(researcher, id, "messages", { ...as, body: "Hm" });
  const admin = { Authorization: "Bearer admin" };
  const path = `/workspaces/${researcher.id}/requests/${id}/respond`;
  assertEquals((await researcher.post(path, { ...as, action: "rejected" }, admin)).status, 200);
  const row = platform.store.request(id);
  assertEquals([row?.status, row?.responderType, row?.responderId], [
    "rejected",
    "agent",
    researcher.id,
  ]);
  assertEquals(row?.updatedAt, row?.respondedAt);
  const [message] = platform.store.requestMessages(id, 9);
  assertEquals([message?.authorType, message?.authorId], ["agent", researcher.id]);
});

Deno.test("requests: reading and writing is for those who take part, taking back for the asker", async () => {
  await using team = await startTeam();
  const { lead, researcher, writer, platform } = team;
  const id = await raise(lead, toResearcher(team));
  const none = [404, "request not found"];
  const foreign = [403, "not a participant"];
  assertEquals([said(await read(writer, id)), said(await write(writer, id))], [foreign, foreign]);
  assertEquals([said(await read(lead, NOBODY)), said(await write(lead, NOBODY))], [none, none]);
  const blank = { body: "x", author_type: "" };
  assertEquals(said(await act(writer, id, "messages", blank)), [400, "invalid request body"]);
  for (const caller of [writer, researcher]) {
    assertEquals(said(await act(caller, id, "cancel")), [403, "not the requester"]);
  }
  const status = () => platform.store.request(id)?.status;
  await write(lead, id);
  assertEquals(status(), "pending");
  await write(researcher, id);
  const question = platform.store.requestMessages(id, 9).at(-1);
  await write(lead, id);
  assertEquals(status(), "info_requested");
  assertEquals(platform.store.request(id)?.updatedAt, question?.createdAt);
  const cancelled = await act(lead, id, "cancel");
  assertEquals(cancelled.body, { status: "cancelled", request_id: id });
  const row = platform.store.request(id);
  assertEquals([row?.respondedAt, row?.responderType], [null, null]);
  const gone = [404, "request not found or already resolved"];
  assertEquals([said(await act(lead, id, "cancel")), said(await respond(researcher, id))], [
    gone,
    gone,
  ]);
  const before = platform.store.request(id);
  assertEquals((await write(researcher, id)).status, 201);
  assertEquals(platform.store.request(id), before);
});

Deno.test("requests: ids that are no UUID, and a failing database, are each call's own 500", async () => {
  const flaky = new FlakyStore();
  await using team = await startTeam({ store: flaky.store, adminToken: "admin" });
  const { lead, platform } = team;
  const all = async (id: string) => [
    said(await read(lead, id)),
    said(await respond(lead, id)),
    said(await write(lead, id)),
    said(await act(lead, id, "cancel")),
  ];
  const expected = [
    [500, "query failed"],
    [500, "failed to respond"],
    [500, "failed to add message"],
    [500, "failed to cancel"],
  ];
  assertEquals(await all("x"), expected);
  assertEquals(said(await write(lead, await raise(lead), "\0")), [500, "failed to add message"]);
  const admin = { Authorization: "Bearer admin" };
  const path = `/workspaces/${lead.id}/requests`;
  const end = platform.faults.database();
  assertEquals(said(await read(lead, NOBODY)), [401, "invalid workspace auth token"]);
  assertEquals(said(await lead.post(path, ASK, admin)), [500, "failed to create request"]);
  for (const list of [path, `${path}?status=x`, `${path}/inbox`, `${path}/${NOBODY}`]) {
    assertEquals(said(await lead.get(list, admin)), [500, "query failed"]);
  }
  end();
  flaky.failing.add("request");
  assertEquals(await all(NOBODY), expected);
  // Whose organisation that is then is not known; the request is raised all the same.
  flaky.failing.clear();
  flaky.failing.add("parentOf");
  assertEquals(platform.store.request(await raise(lead))?.orgId, null);
});
