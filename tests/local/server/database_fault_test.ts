import { assert, assertEquals } from "@std/assert";
import type { ServerVersion } from "../../../src/local/start.ts";
import { type Caller, startTeam, type Team } from "../support.ts";

/** How every kind of call is answered just now. */
async function answers({ lead, researcher }: Team): Promise<Record<string, number>> {
  const beat = { workspace_id: lead.id };
  const card = { id: lead.id, agent_card: {}, delivery_mode: "poll" };
  const own = `/workspaces/${lead.id}`;
  const status = async (call: ReturnType<Caller["get"]>) => (await call).status;
  return {
    activity: await status(lead.get(`${own}/activity`)),
    notify: await status(lead.post(`${own}/notify`, { message: "x" })),
    message: await status(lead.send(researcher.id, "x")),
    heartbeat: await status(lead.post("/registry/heartbeat", beat)),
    register: await status(lead.post("/registry/register", card)),
    peers: await status(lead.get(`/registry/${lead.id}/peers`)),
    record: await status(lead.get(own)),
    health: await status(lead.get("/health")),
  };
}

const WELL = {
  activity: 200,
  notify: 200,
  message: 200,
  heartbeat: 200,
  register: 200,
  peers: 200,
  record: 200,
  health: 200,
};
const AWAY = { ...WELL, activity: 401, notify: 401, heartbeat: 500, register: 500, record: 500 };
const CASES: [ServerVersion, Record<string, number>][] = [
  // N1's proxy lets the call pass its token check, and then knows of no hierarchy.
  ["n1", { ...AWAY, peers: 500, message: 403 }],
  ["n3", { ...AWAY, peers: 503, message: 401 }],
];

for (const [version, whileAway] of CASES) {
  Deno.test(`database away: ${version} blames the token, and is well again afterwards`, async () => {
    await using team = await startTeam({ version });
    const { platform, lead } = team;
    assertEquals(await answers(team), WELL);
    const end = platform.faults.database();
    assert(platform.faults.databaseIsAway);
    assertEquals(await answers(team), whileAway);
    end();
    assertEquals(await answers(team), WELL);
    assertEquals(platform.activity(lead.id).length, 2, "notify twice, none in between");
  });
}

Deno.test("database away: a wrong token is refused in the same words", async () => {
  await using team = await startTeam();
  const { platform, lead, writer } = team;
  const wrong = await writer.get(`/workspaces/${lead.id}/activity`);
  platform.faults.database();
  const right = await lead.get(`/workspaces/${lead.id}/activity`);
  assertEquals([right.status, right.body], [wrong.status, wrong.body]);
});

Deno.test("database away: two outages end with the later one, or all with clear", async () => {
  await using team = await startTeam();
  const { faults } = team.platform;
  const [first, second] = [faults.database(), faults.database()];
  first();
  first();
  assert(faults.databaseIsAway);
  second();
  assert(!faults.databaseIsAway);
  faults.database();
  faults.clear();
  assert(!faults.databaseIsAway);
});

Deno.test("database away: a test can still look and arrange, the user cannot write", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  const end = platform.faults.database();
  const token = await platform.createToken(lead.id);
  platform.revokeTokens(lead.id);
  assertEquals(platform.status(lead.id), "online");
  assertEquals((await platform.sendAsUser(lead.id, "Hello")).status, 503);
  assertEquals(platform.activity(lead.id), []);
  end();
  assert(token.length > 0);
});

Deno.test("database away: an open stream stays open, and what comes afterwards is heard", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  const url = `${platform.url}/workspaces/${lead.id}/events/stream`;
  const response = await fetch(url, { headers: { Authorization: `Bearer ${lead.token}` } });
  const events = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await events?.read())?.value, ": ping\n\n");
  const end = platform.faults.database();
  await platform.sendAsUser(lead.id, "Nobody takes this");
  end();
  await platform.sendAsUser(lead.id, "But this");
  const heard = (await events?.read())?.value ?? "";
  assert(heard.includes("ACTIVITY_LOGGED") && heard.includes("But this"), heard);
  await events?.cancel();
});
