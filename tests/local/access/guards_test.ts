import { assertEquals, assertMatch } from "@std/assert";
import { type Caller, startTeam, TestClock } from "../support.ts";

const ORG = "7c5a3e19-0f2d-4b68-a1e7-d4c3b2a19f07";
const THREE_PER_MINUTE = { requests: 3, windowMs: 60_000 };

function statuses(caller: Caller, count: number): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async () => (await caller.get("/health")).status),
  );
}

Deno.test("rate limit: every answer tells how much is left, also a 401 and an unknown path", async () => {
  await using team = await startTeam();
  for (const path of ["/health", "/nowhere", `/workspaces/${team.writer.id}/activity`]) {
    const { headers } = await team.lead.get(path);
    assertEquals(headers.get("X-RateLimit-Limit"), "600");
    assertMatch(headers.get("X-RateLimit-Remaining") ?? "", /^59\d$/);
    assertMatch(headers.get("X-RateLimit-Reset") ?? "", /^\d+$/);
  }
});

Deno.test("rate limit: each bearer has its own bucket", async () => {
  await using team = await startTeam({ rateLimit: THREE_PER_MINUTE });
  assertEquals((await statuses(team.lead, 5)).toSorted(), [200, 200, 200, 429, 429]);
  assertEquals(await statuses(team.writer, 3), [200, 200, 200]);
});

Deno.test("rate limit: the org header's bucket is shared", async () => {
  await using team = await startTeam({ rateLimit: THREE_PER_MINUTE });
  const headers = { "X-Molecule-Org-Id": ORG };
  const callers = [team.lead, team.writer, team.lead, team.writer];
  const found: number[] = [];
  for (const caller of callers) found.push((await caller.get("/health", headers)).status);
  assertEquals(found, [200, 200, 200, 429]);
});

Deno.test("rate limit: heartbeats count, and the bucket is refilled as a whole", async () => {
  const clock = new TestClock(Date.UTC(2026, 4, 6));
  await using team = await startTeam({ rateLimit: THREE_PER_MINUTE, nowMs: () => clock.nowMs });
  const { lead } = team;
  const beat = () => lead.post("/registry/heartbeat", { workspace_id: lead.id });
  for (let i = 0; i < 3; i++) assertEquals((await beat()).status, 200);
  clock.advanceMs(59_001);
  const refused = await beat();
  assertEquals([refused.status, refused.headers.get("Retry-After")], [429, "0"]);
  clock.advanceMs(999);
  assertEquals((await statuses(lead, 4)).toSorted(), [200, 200, 200, 429]);
});

Deno.test("tenant guard: health, register and heartbeat pass, N1 answers the rest an empty 404", async () => {
  await using team = await startTeam({ orgId: ORG, version: "n1" });
  const { lead } = team;
  const card = { id: lead.id, agent_card: {}, delivery_mode: "poll" };
  assertEquals((await lead.get("/health")).status, 200);
  assertEquals((await lead.post("/registry/register", card)).status, 200);
  assertEquals((await lead.post("/registry/heartbeat", { workspace_id: lead.id })).status, 200);
  for (const path of [`/registry/${lead.id}/peers`, `/workspaces/${lead.id}`]) {
    const answer = await lead.get(path);
    assertEquals([answer.status, answer.text], [404, ""]);
  }
  assertEquals((await lead.post("/registry/update-card", {})).status, 404);
});

Deno.test("tenant guard: the own origin or the right org id opens it", async () => {
  await using team = await startTeam({ orgId: ORG });
  const { lead, platform } = team;
  const statusWith = async (headers: Record<string, string>) =>
    (await lead.get(`/workspaces/${lead.id}`, headers)).status;
  assertEquals(await statusWith({ Origin: platform.url }), 200);
  assertEquals(await statusWith({ Origin: platform.url.replace("http:", "https:") }), 200);
  assertEquals(await statusWith({ "X-Molecule-Org-Id": ORG }), 200);
  assertEquals(await statusWith({ "X-Molecule-Org-Id": "another" }), 404);
});

Deno.test("tenant guard: N2 answers a wrong org id with an empty 404 too", async () => {
  await using team = await startTeam({ orgId: ORG, version: "n2" });
  const answer = await team.lead.get("/uploads/limits", { "X-Molecule-Org-Id": "another" });
  assertEquals([answer.status, answer.text], [404, ""]);
});

Deno.test("cors: a foreign origin is refused with an empty 403, wherever it calls", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  for (const origin of ["https://evil.example", `${platform.url}/`, `${platform.url}/path`]) {
    const answer = await lead.get("/health", { Origin: origin });
    assertEquals([answer.status, answer.text], [403, ""]);
    // It comes before everything else, also before the requests are counted.
    assertEquals(answer.headers.get("X-RateLimit-Limit"), null);
  }
});

Deno.test("cors: the development canvas is not a foreign origin", async () => {
  await using team = await startTeam();
  const answer = await team.lead.get("/health", { Origin: "http://localhost:3000" });
  assertEquals(answer.status, 200);
});
