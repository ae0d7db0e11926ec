import { assert, assertEquals, assertMatch } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { isObject } from "../../../src/local/state/json.ts";
import { type Answer, Caller, startTeam } from "../support.ts";

function member(answer: Answer | undefined, name: string) {
  return isObject(answer?.body) ? answer.body[name] : undefined;
}

const registration = (id: string) => ({
  id,
  url: "",
  agent_card: { name: "An agent" },
  delivery_mode: "poll",
});

Deno.test("register: a new workspace is created and gets a token that works", async () => {
  await using platform = await startLocalPlatform();
  const id = crypto.randomUUID();
  const answer = await new Caller(platform, id, undefined)
    .post("/registry/register", registration(id));
  const token = member(answer, "auth_token");
  assert(typeof token === "string");
  assertMatch(token, /^[\w-]{43}$/);
  assertEquals(platform.workspace(id)?.name, id);
  const state = await new Caller(platform, id, token).get(`/workspaces/${id}/state`);
  assertEquals(member(state, "status"), "online");
});

Deno.test("register: of many first calls at the same time exactly one gets a token", async () => {
  await using platform = await startLocalPlatform();
  const id = crypto.randomUUID();
  const nobody = new Caller(platform, id, undefined);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => nobody.post("/registry/register", registration(id))),
  );
  const minted = answers.filter((answer) => typeof member(answer, "auth_token") === "string");
  assertEquals(minted.length, 1);
  assertEquals(platform.store.liveTokens(id).length, 1);
});

Deno.test("register: the inbound secret is the same each time, and in heartbeats", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const first = await lead.post("/registry/register", registration(lead.id));
  const again = await lead.post("/registry/register", registration(lead.id));
  const beat = await lead.post("/registry/heartbeat", { workspace_id: lead.id });
  const secret = member(first, "platform_inbound_secret");
  assertMatch(String(secret), /^[\w-]{43}$/);
  assertEquals(member(again, "platform_inbound_secret"), secret);
  assertEquals(member(beat, "platform_inbound_secret"), secret);
});

Deno.test("register: without a mode the stored one is kept", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const { delivery_mode: _, ...withoutMode } = registration(lead.id);
  assertEquals(member(await lead.post("/registry/register", withoutMode), "delivery_mode"), "poll");
});

Deno.test("register: a removed workspace gets a token that works nowhere", async () => {
  await using team = await startTeam();
  const { platform, writer } = team;
  platform.removeWorkspace(writer.id);
  const answer = await new Caller(platform, writer.id, undefined)
    .post("/registry/register", registration(writer.id));
  assertEquals(answer.status, 200);
  const token = member(answer, "auth_token");
  assert(typeof token === "string");
  const activity = await new Caller(platform, writer.id, token)
    .get(`/workspaces/${writer.id}/activity`);
  assertEquals(activity.status, 401);
  assertEquals(platform.workspace(writer.id)?.status, "removed");
});

const WRONG_TYPES: [string, Record<string, unknown>][] = [
  ["a fraction of tasks", { active_tasks: 0.5 }],
  ["a fraction of a second", { uptime_seconds: 1.5 }],
  ["a number as text", { uptime_seconds: "1" }],
  ["an error rate as text", { error_rate: "0" }],
  ["a task that is a number", { current_task: 1 }],
  ["metadata that is a list", { runtime_metadata: [] }],
  ["a capability that is not a boolean", { runtime_metadata: { capabilities: { retry: 1 } } }],
  ["an idle timeout with a fraction", { runtime_metadata: { idle_timeout_seconds: 0.5 } }],
];

for (const [what, field] of WRONG_TYPES) {
  Deno.test(`heartbeat: ${what} is a wrong type`, async () => {
    await using team = await startTeam();
    const body = { workspace_id: team.lead.id, ...field };
    assertEquals((await team.lead.post("/registry/heartbeat", body)).status, 400);
  });
}

Deno.test("heartbeat: null is treated as missing, and unknown members are ignored", async () => {
  await using team = await startTeam();
  const body = { workspace_id: team.lead.id, active_tasks: null, sample_error: null, extra: [] };
  assertEquals((await team.lead.post("/registry/heartbeat", body)).status, 200);
});

Deno.test("heartbeat: what is left out is overwritten with zero", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const full = { workspace_id: lead.id, active_tasks: 2, current_task: "Reading" };
  await lead.post("/registry/heartbeat", full);
  assertEquals(platform.workspace(lead.id)?.activeTasks, 2);
  await lead.post("/registry/heartbeat", { workspace_id: lead.id });
  assertEquals(platform.workspace(lead.id)?.activeTasks, 0);
  assertEquals(platform.workspace(lead.id)?.currentTask, "");
});

Deno.test("heartbeat: the month's spend is clamped, and zero leaves it as it is", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const beat = (monthly_spend: number) =>
    lead.post("/registry/heartbeat", { workspace_id: lead.id, monthly_spend });
  await beat(2e12);
  assertEquals(platform.workspace(lead.id)?.monthlySpend, 1e12);
  await beat(0);
  assertEquals(platform.workspace(lead.id)?.monthlySpend, 1e12);
  await beat(-1);
  assertEquals(platform.workspace(lead.id)?.monthlySpend, 0);
});

Deno.test("update-card: the new card is what peers see", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  const card = { name: "The lead", skills: [{ name: "planning" }] };
  await lead.post("/registry/update-card", { workspace_id: lead.id, agent_card: card });
  const peers = await researcher.get(`/registry/${researcher.id}/peers?q=lead`);
  assert(Array.isArray(peers.body));
  assertEquals(isObject(peers.body[0]) && peers.body[0].agent_card, card);
});

Deno.test("update-card: N1 does not look at the address in a card", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead } = team;
  const card = { workspace_id: lead.id, agent_card: { url: "http://169.254.169.254/" } };
  assertEquals((await lead.post("/registry/update-card", card)).status, 200);
});

Deno.test("register: a push-mode workspace is discovered under its URL", async () => {
  await using team = await startTeam({ resolveHost: () => Promise.resolve(["93.184.216.34"]) });
  const { lead, writer } = team;
  const url = "https://writer.example.org/a2a";
  const body = { ...registration(writer.id), url, delivery_mode: "push" };
  assertEquals((await writer.post("/registry/register", body)).status, 200);
  const found = await lead.get(`/registry/discover/${writer.id}`, { "X-Workspace-ID": lead.id });
  assertEquals(member(found, "url"), url);
});

Deno.test("discover: a poll-mode peer that is up is found without a URL", async () => {
  await using team = await startTeam();
  const { lead, writer } = team;
  const headers = { "X-Workspace-ID": lead.id };
  const answer = await lead.get(`/registry/discover/${writer.id}`, headers);
  assertEquals(answer.body, { id: writer.id, url: "", name: "Writer" });
});

Deno.test("peers: the filter looks at name and role, without regard to case or blanks around", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  await platform.createWorkspace({ name: "Zoe", role: "Editor", parentId: lead.id });
  const names = async (query: string) => {
    const answer = await lead.get(`/registry/${lead.id}/peers?q=${encodeURIComponent(query)}`);
    const peers: { name: string }[] = JSON.parse(answer.text);
    return peers.map((peer) => peer.name);
  };
  assertEquals(await names(" EDIT "), ["Zoe"]);
  assertEquals(await names("rit"), ["Writer"]);
  assertEquals((await names("")).length, 3);
});
