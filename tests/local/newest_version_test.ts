import { assert, assertEquals, assertMatch } from "@std/assert";
import type { PlatformEvent } from "../../src/local/start.ts";
import { isObject } from "../../src/local/state/json.ts";
import { Caller, message, startTeam } from "./support.ts";

const QUEUED = { status: "queued", delivery_mode: "poll", method: "message/send" };

Deno.test("merge: the second message with an id is answered as queued and lost, whoever sends it", async () => {
  await using team = await startTeam();
  const { lead, researcher, writer, platform } = team;
  for (const from of [lead, lead, writer]) {
    assertEquals((await from.send(researcher.id, `From ${from.id}`, "m-1")).body, QUEUED);
  }
  await platform.sendAsUser(researcher.id, "And the user", [], { messageId: "m-1" });
  const rows = platform.activity(researcher.id);
  assertEquals(rows.length, 1);
  assertEquals(rows[0]?.sourceId, lead.id);
  // The id counts within one workspace only.
  assertEquals((await researcher.send(writer.id, "x", "m-1")).status, 200);
  assertEquals(platform.activity(writer.id).length, 1);
});

Deno.test("merge: an unusable id, and another method, are stored every time", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  const path = `/workspaces/${researcher.id}/a2a`;
  for (const messageId of ["", null, 7]) {
    for (let i = 0; i < 2; i++) await lead.post(path, { ...message("x"), ...withId(messageId) });
  }
  for (let i = 0; i < 2; i++) await lead.post(path, { ...message("x", "m"), method: "tasks/get" });
  const summaries = platform.activity(researcher.id).map(({ summary }) => summary);
  assertEquals(summaries, [
    ...Array.from({ length: 6 }, () => "message/send → Researcher (queued for poll)"),
    ...Array.from({ length: 2 }, () => "tasks/get → Researcher (queued for poll)"),
  ]);
});

function withId(messageId: unknown) {
  return { params: { message: { messageId, role: "user", parts: [] } } };
}

Deno.test("merge: a row that was pruned is forgotten, and its id with it", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  await lead.send(researcher.id, "x", "m-1");
  platform.pruneActivity(researcher.id);
  await lead.send(researcher.id, "x", "m-1");
  assertEquals(platform.activity(researcher.id).length, 1);
});

Deno.test("merge: N1 stores every message", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, researcher, platform } = team;
  for (let i = 0; i < 2; i++) await lead.send(researcher.id, "x", "m-1");
  assertEquals(platform.activity(researcher.id).length, 2);
});

Deno.test("the platform's notices come one per heartbeat with room, and name no person", async () => {
  await using team = await startTeam({ sweepIntervalMs: 0 });
  const { lead, platform } = team;
  const events: PlatformEvent[] = [];
  platform.onEvent(lead.id, (event) => events.push(event));
  platform.sendAsPlatform(lead.id, "First", "request-responded:1");
  platform.sendAsPlatform(lead.id, "Second", "inbox-nudge-2", { source: "platform" });
  const beat = async (active_tasks: number) => {
    await lead.post("/registry/heartbeat", { workspace_id: lead.id, active_tasks });
    await platform.idle();
    return platform.activity(lead.id);
  };
  assertEquals((await beat(1)).length, 0);
  events.length = 0;
  const [first] = await beat(0);
  assert(isObject(first?.requestBody) && isObject(first.requestBody.params));
  assertEquals(Object.keys(first.requestBody.params), ["message"]);
  assertEquals([first.sourceId, first.summary], [null, "message/send → Lead (ingest)"]);
  assertEquals(first.responseBody, QUEUED);
  const heard = events.filter(({ type }) => type !== "WORKSPACE_HEARTBEAT");
  const types = heard.map(({ type }) => type);
  assertEquals(types.filter((type) => type !== "TASK_UPDATED"), [
    "ACTIVITY_LOGGED",
    "USER_MESSAGE",
    "ACTIVITY_LOGGED",
  ]);
  assertEquals(heard.at(-1)?.data.summary, "message/send (queued turn reply)");
  assertEquals((await beat(0)).length, 2);
});

Deno.test("tokens: with an api token alone, register takes any bearer and mints another", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const registration = { id: lead.id, agent_card: {}, delivery_mode: "poll" };
  const minted = async (caller: Caller) => {
    const { status, body } = await caller.post("/registry/register", registration);
    return [status, isObject(body) && "auth_token" in body];
  };
  const wrong = new Caller(platform, lead.id, "wrong");
  assertEquals(await minted(lead), [200, false]);
  assertEquals(await minted(wrong), [401, false]);
  const created = await lead.post(`/workspaces/${lead.id}/tokens`);
  assert(isObject(created.body) && typeof created.body.auth_token === "string");
  await platform.revokeToken(lead.token ?? "");
  const api = new Caller(platform, lead.id, created.body.auth_token);
  assertEquals((await lead.get(`/registry/${lead.id}/peers`)).status, 401);
  assertEquals((await api.get(`/registry/${lead.id}/peers`)).status, 200);
  const beat = await wrong.post("/registry/heartbeat", { workspace_id: lead.id });
  assertEquals(beat.status, 200);
  assertEquals(await minted(api), [200, true]);
  // Now there is one that is asked for, and either opens.
  assertEquals(await minted(wrong), [401, false]);
  assertEquals(await minted(api), [200, false]);
});

Deno.test("connection: only a rotation tells the token; otherwise a literal stands for it", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const shown = await lead.get(`/workspaces/${lead.id}/external/connection`);
  assert(isObject(shown.body) && isObject(shown.body.connection));
  const { connection } = shown.body;
  assertEquals([Object.keys(connection).length, connection.auth_token], [13, ""]);
  assertMatch(String(connection.codex_snippet), /=<ROTATE_TO_REVEAL_TOKEN>$/);
  const rotated = await lead.post(`/workspaces/${lead.id}/external/rotate`);
  assert(isObject(rotated.body) && isObject(rotated.body.connection));
  const { auth_token, codex_snippet } = rotated.body.connection;
  assert(String(codex_snippet).endsWith(`=${auth_token}`));
});

Deno.test("an old server ignores since_id, also one that it cannot know", async () => {
  await using team = await startTeam({ version: "n1", ignoresSinceId: true });
  const { lead, researcher, platform } = team;
  for (const text of ["a", "b", "c"]) await lead.send(researcher.id, text);
  const [first, second, third] = platform.activity(researcher.id).map(({ id }) => id);
  for (const cursor of [second, "00000000-0000-0000-0000-000000000000", "x"]) {
    const answer = await researcher.get(`/workspaces/${researcher.id}/activity?since_id=${cursor}`);
    assert(Array.isArray(answer.body), answer.text);
    const found = answer.body.map((row) => isObject(row) && row.id);
    assertEquals(found, [third ?? "", second ?? "", first ?? ""]);
  }
});

Deno.test("abilities: who may not delegate may not write to others either", async () => {
  await using team = await startTeam();
  const { researcher, lead, platform } = team;
  const abilities = { delegate: false };
  const { id, token } = await platform.createWorkspace({
    name: "Mute",
    parentId: lead.id,
    abilities,
  });
  const mute = new Caller(platform, id, token);
  const answer = await mute.send(researcher.id, "x");
  assertEquals([answer.status, answer.body], [403, { error: "tool call failed" }]);
  const task = { target_id: researcher.id, task: "x" };
  assertEquals((await mute.post(`/workspaces/${id}/delegate`, task)).status, 403);
});

Deno.test("ack: the acknowledged position is kept, and never falls", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  assertEquals(platform.acknowledgedSeq(lead.id), 0);
  for (const acked_seq of [7, 3]) {
    const answer = await lead.post(`/workspaces/${lead.id}/activity/ack`, { acked_seq });
    assertEquals([answer.status, answer.body], [200, { last_acked_seq: 7 }]);
  }
  assertEquals(platform.acknowledgedSeq(lead.id), 7);
});
