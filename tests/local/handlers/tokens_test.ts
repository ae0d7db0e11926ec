import { assert, assertEquals } from "@std/assert";
import { isObject, type JsonObject } from "../../../src/local/state/json.ts";
import { Caller, startTeam } from "../support.ts";

async function list(caller: Caller, query = ""): Promise<JsonObject[]> {
  const answer = await caller.get(`/workspaces/${caller.id}/tokens${query}`);
  assert(isObject(answer.body) && Array.isArray(answer.body.tokens));
  assertEquals(answer.body.count, answer.body.tokens.length);
  return answer.body.tokens.filter(isObject);
}

async function create(caller: Caller): Promise<string> {
  const answer = await caller.post(`/workspaces/${caller.id}/tokens`);
  assert(isObject(answer.body) && typeof answer.body.auth_token === "string", answer.text);
  return answer.body.auth_token;
}

Deno.test("tokens: rotation by hand: create, switch, revoke the old one", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const next = new Caller(platform, lead.id, await create(lead));
  const [old] = await list(next);
  assertEquals((await next.delete(`/workspaces/${lead.id}/tokens/${old?.id}`)).status, 200);
  assertEquals((await lead.get(`/workspaces/${lead.id}/tokens`)).status, 401);
  assertEquals((await list(next)).length, 1);
});

Deno.test("tokens: a token may revoke itself", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const [own] = await list(lead);
  assertEquals((await lead.delete(`/workspaces/${lead.id}/tokens/${own?.id}`)).status, 200);
  assertEquals((await lead.get(`/workspaces/${lead.id}/state`)).status, 401);
});

Deno.test("tokens: another workspace's token cannot be revoked", async () => {
  await using team = await startTeam();
  const { lead, writer } = team;
  const [others] = await list(writer);
  assertEquals((await lead.delete(`/workspaces/${lead.id}/tokens/${others?.id}`)).status, 404);
  assertEquals((await list(writer)).length, 1);
});

Deno.test("tokens: fifty live ones at most; a revoked one makes room", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  for (let i = 1; i < 50; i++) await create(lead);
  const refused = await lead.post(`/workspaces/${lead.id}/tokens`);
  assertEquals(refused.status, 429);
  assertEquals(refused.headers.get("Retry-After"), null);
  const last = platform.store.liveTokens(lead.id).at(-1);
  await lead.delete(`/workspaces/${lead.id}/tokens/${last?.id}`);
  assertEquals((await lead.post(`/workspaces/${lead.id}/tokens`)).status, 201);
});

Deno.test("tokens: the list is paged and tells what was used", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const second = await create(lead);
  const [first, next] = await list(lead);
  assert(typeof first?.last_used_at === "string");
  assertEquals([next?.last_used_at, next?.prefix], [null, second.slice(0, 8)]);
  assertEquals((await list(lead, "?limit=1&offset=1")).map(({ id }) => id), [next?.id]);
  assertEquals((await list(lead, "?limit=1")).map(({ id }) => id), [first?.id]);
  assertEquals((await list(lead, "?limit=0")).length, 2);
  assertEquals((await list(lead, "?limit=201")).length, 2);
});

Deno.test("rotate: one step replaces all tokens by a new one", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  await create(lead);
  const answer = await lead.post(`/workspaces/${lead.id}/external/rotate`);
  assert(isObject(answer.body) && isObject(answer.body.connection));
  const { auth_token: token, platform_url: url } = answer.body.connection;
  assertEquals(url, platform.url);
  assertEquals((await lead.get(`/workspaces/${lead.id}/state`)).status, 401);
  assertEquals((await list(new Caller(platform, lead.id, String(token)))).length, 1);
});

Deno.test("rotate: a workspace of the platform itself has no connection to rotate", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  platform.store.updateWorkspace(lead.id, { runtime: "langgraph" });
  assertEquals((await lead.post(`/workspaces/${lead.id}/external/rotate`)).status, 400);
  assertEquals((await lead.get(`/workspaces/${lead.id}/external/connection`)).status, 400);
  assertEquals((await lead.get(`/workspaces/${lead.id}/state`)).status, 200);
});
