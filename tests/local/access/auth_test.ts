import { assert, assertEquals } from "@std/assert";
import { sha256Hex } from "../../../src/local/state/ids.ts";
import { Caller, startTeam } from "../support.ts";

Deno.test("tokens: only their hash is kept", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const [row] = platform.store.liveTokens(lead.id);
  assert(row && lead.token);
  assertEquals(row.hash, await sha256Hex(lead.token));
  assert(!JSON.stringify(row).includes(lead.token), "The token itself is kept");
});

Deno.test("tokens: one workspace's token does not open another's", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  assertEquals((await lead.get(`/workspaces/${researcher.id}/activity`)).status, 401);
});

Deno.test("tokens: a revoked token is refused, the others go on", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  assert(lead.token);
  const second = await platform.createToken(lead.id);
  await platform.revokeToken(lead.token);
  assertEquals((await lead.get(`/workspaces/${lead.id}/state`)).status, 401);
  const other = new Caller(platform, lead.id, second);
  assertEquals((await other.get(`/workspaces/${lead.id}/state`)).status, 200);
});

Deno.test("tokens: the scheme is Bearer, exactly, and blanks after it do not matter", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const statusFor = async (value: string) => {
    const path = `/workspaces/${lead.id}/state`;
    return (await new Caller(platform, lead.id, undefined).get(path, { Authorization: value }))
      .status;
  };
  assertEquals(await statusFor(`Bearer   ${lead.token}`), 200);
  assertEquals(await statusFor(`bearer ${lead.token}`), 401);
  assertEquals(await statusFor(`Token ${lead.token}`), 401);
});

Deno.test("tokens: removing a workspace revokes its tokens and those of everything below", async () => {
  await using team = await startTeam();
  const { lead, researcher, stranger, platform } = team;
  platform.removeWorkspace(lead.id);
  assertEquals((await lead.get(`/workspaces/${lead.id}/activity`)).status, 401);
  assertEquals((await researcher.get(`/workspaces/${researcher.id}/activity`)).status, 401);
  assertEquals((await stranger.get(`/workspaces/${stranger.id}/activity`)).status, 200);
});

Deno.test("grandfathering: without a live token the registry and N1's proxy ask for none", async () => {
  await using team = await startTeam({ version: "n1" });
  const { platform, lead, researcher } = team;
  platform.revokeTokens(lead.id);
  const nobody = new Caller(platform, lead.id, undefined);
  const beat = await nobody.post("/registry/heartbeat", { workspace_id: lead.id });
  assertEquals(beat.status, 200);
  assertEquals((await nobody.get(`/registry/${lead.id}/peers`)).status, 200);
  assertEquals((await nobody.send(researcher.id, "Hello")).status, 200);
  assertEquals((await nobody.get(`/workspaces/${lead.id}/activity`)).status, 401);
});

Deno.test("the admin token passes for every workspace, also for one that does not exist", async () => {
  await using team = await startTeam({ adminToken: "admin" });
  const { platform, lead } = team;
  const admin = new Caller(platform, "", "admin");
  assertEquals((await admin.get(`/workspaces/${lead.id}/state`)).status, 200);
  const unknown = `/workspaces/${crypto.randomUUID()}`;
  const form = new FormData();
  const answers = [
    await admin.post(`${unknown}/chat/uploads`, form),
    await admin.post(`${unknown}/notify`, { message: "x" }),
    await admin.post(`${unknown}/broadcast`, { message: "x" }),
    await admin.post(`${unknown}/external/rotate`),
    await admin.get(`${unknown}/events/stream`),
  ];
  for (const { status, body } of answers) {
    assertEquals([status, body], [404, { error: "workspace not found" }]);
  }
  const state = await admin.get(`${unknown}/state`);
  assertEquals([state.status, state.text.includes('"deleted":true')], [404, true]);
});

Deno.test("ids are compared without regard to case", async () => {
  await using team = await startTeam();
  const { lead } = team;
  assertEquals((await lead.get(`/workspaces/${lead.id.toUpperCase()}/state`)).status, 200);
});
