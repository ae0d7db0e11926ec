import { assert, assertEquals, assertMatch } from "@std/assert";
import { isObject, type JsonObject } from "../../../src/local/state/json.ts";
import type { ActivityRow } from "../../../src/local/state/rows.ts";
import { Caller, message, startTeam } from "../support.ts";

function envelopeOf(row: ActivityRow | undefined): JsonObject {
  assert(isObject(row?.requestBody), "Expected a row with an envelope");
  return row.requestBody;
}

function messageOf(row: ActivityRow | undefined): JsonObject {
  const { params } = envelopeOf(row);
  assert(isObject(params) && isObject(params.message), "Expected an envelope with a message");
  return params.message;
}

Deno.test("a2a: a message to a poll-mode workspace waits in its activity log", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  const envelope = message("Hello", "m-1");
  const headers = { "X-Workspace-ID": lead.id };
  const answer = await lead.post(`/workspaces/${researcher.id}/a2a`, envelope, headers);
  assertEquals(answer.body, { status: "queued", delivery_mode: "poll", method: "message/send" });
  const [row] = platform.activity(researcher.id);
  assertEquals(row?.sourceId, lead.id);
  assertEquals(row?.targetId, researcher.id);
  assertEquals(row?.requestBody, envelope);
  assertEquals(row?.responseBody, undefined);
  assertEquals(platform.activity(lead.id), []);
});

Deno.test("a2a: sending sets the time of the caller's last outbound message", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  assertEquals(platform.workspace(lead.id)?.lastOutboundAt, null);
  await lead.send(researcher.id, "Hello");
  assert(platform.workspace(lead.id)?.lastOutboundAt);
});

Deno.test("a2a: without X-Workspace-ID the message counts as the user's in N1", async () => {
  await using team = await startTeam({ version: "n1" });
  const { stranger, platform, researcher } = team;
  const answer = await stranger.post(`/workspaces/${researcher.id}/a2a`, message("Hello"));
  assertEquals(answer.status, 200);
  assertEquals(platform.activity(researcher.id)[0]?.sourceId, null);
});

Deno.test("a2a: since N2 the bearer says who calls, and without one nobody does", async () => {
  await using team = await startTeam();
  const { lead, platform, researcher } = team;
  const path = `/workspaces/${researcher.id}/a2a`;
  assertEquals((await lead.post(path, message("Hello"))).status, 200);
  assertEquals(platform.activity(researcher.id)[0]?.sourceId, lead.id);
  const nobody = await new Caller(platform, "", undefined).post(path, message("Hello"));
  assertEquals([nobody.status, nobody.body], [401, { error: "missing caller auth token" }]);
});

Deno.test("a2a: the admin token speaks for the user", async () => {
  await using team = await startTeam({ adminToken: "admin" });
  const { platform, researcher } = team;
  const admin = new Caller(platform, "", "admin");
  await admin.post(`/workspaces/${researcher.id}/a2a`, message("Hello"));
  assertEquals(platform.activity(researcher.id)[0]?.sourceId, null);
});

Deno.test("a2a: a message without an id gets one", async () => {
  await using team = await startTeam();
  const { platform, researcher, lead } = team;
  await lead.post(`/workspaces/${researcher.id}/a2a`, {
    jsonrpc: "2.0",
    id: "1",
    method: "message/send",
    params: { message: { parts: [] } },
  });
  assertMatch(String(messageOf(platform.activity(researcher.id)[0]).messageId), /^[0-9a-f-]{36}$/);
});

Deno.test("a2a: without jsonrpc only method and params survive", async () => {
  await using team = await startTeam();
  const { platform, researcher, lead } = team;
  const body = {
    method: "message/send",
    params: { x: 1 },
    parts: [{ kind: "text", text: "lost" }],
  };
  await lead.post(`/workspaces/${researcher.id}/a2a`, body);
  const { id, ...envelope } = envelopeOf(platform.activity(researcher.id)[0]);
  assertEquals(envelope, { jsonrpc: "2.0", method: "message/send", params: { x: 1 } });
  assertMatch(String(id), /^[0-9a-f-]{36}$/);
});

Deno.test("a2a: N1 silently cuts what lies beyond 1 MiB, which breaks the JSON", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, researcher, platform } = team;
  const answer = await lead.send(researcher.id, "x".repeat(1024 * 1024));
  assertEquals([answer.status, answer.body], [400, { error: "invalid JSON" }]);
  assertEquals(platform.activity(researcher.id), []);
});

Deno.test("a2a: the checks come in the platform's order", async () => {
  await using team = await startTeam();
  const { platform, lead, stranger } = team;
  const target = `/workspaces/${stranger.id}/a2a`;
  const call = async (headers: Record<string, string>, body: unknown = 1) =>
    (await new Caller(platform, "", undefined).post(target, body, headers)).status;
  const asLead = { "X-Workspace-ID": lead.id, Authorization: `Bearer ${lead.token}` };
  platform.store.updateWorkspace(stranger.id, { budgetLimit: 0 });
  assertEquals(await call({ "X-Workspace-ID": "system:x", Authorization: "Bearer wrong" }), 403);
  assertEquals(await call({ "X-Workspace-ID": lead.id, Authorization: "Bearer wrong" }), 401);
  assertEquals(await call(asLead), 403);
  platform.store.updateWorkspace(stranger.id, { parentId: lead.id });
  assertEquals(await call(asLead), 402);
  platform.store.updateWorkspace(stranger.id, { budgetLimit: null, deliveryMode: "push" });
  assertEquals(await call(asLead), 400);
  assertEquals(await call(asLead, message("Hello")), 503);
});

Deno.test("a2a: in N1 a workspace that writes to itself needs no token", async () => {
  await using team = await startTeam({ version: "n1" });
  const { platform, lead } = team;
  const nobody = new Caller(platform, lead.id, undefined);
  assertEquals((await nobody.send(lead.id, "A note to myself")).status, 200);
});

for (
  const [version, error] of [
    ["n1", "invalid caller auth token"],
    ["n3", "caller ID does not match workspace auth token"],
  ] as const
) {
  Deno.test(`a2a: ${version} refuses another workspace's token`, async () => {
    await using team = await startTeam({ version });
    const { platform, lead, researcher, writer } = team;
    const impostor = new Caller(platform, lead.id, writer.token);
    const answer = await impostor.send(researcher.id, "I am the lead");
    assertEquals([answer.status, answer.body], [401, { error }]);
  });
}

Deno.test("a2a: N2 fills in the role, and turns content and type into today's names", async () => {
  await using team = await startTeam({ version: "n2" });
  const { platform, researcher, lead } = team;
  const send = (text: JsonObject) =>
    lead.post(`/workspaces/${researcher.id}/a2a`, {
      jsonrpc: "2.0",
      id: "1",
      method: "message/send",
      params: { message: { messageId: "m", ...text } },
    });
  await send({ content: "Hello" });
  await send({ parts: [{ type: "text", text: "Hello" }] });
  for (const row of platform.activity(researcher.id)) {
    assertEquals(messageOf(row), {
      messageId: "m",
      role: "user",
      parts: [{ kind: "text", text: "Hello" }],
    });
  }
});

Deno.test("a2a: an upper-case caller id is the same workspace", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  const headers = { "X-Workspace-ID": lead.id.toUpperCase() };
  const answer = await lead.post(`/workspaces/${researcher.id}/a2a`, message("Hello"), headers);
  assertEquals(answer.status, 200);
  assertEquals(platform.activity(researcher.id)[0]?.sourceId, lead.id);
});
