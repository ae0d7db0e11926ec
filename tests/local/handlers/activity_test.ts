import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { LocalPlatformOptions } from "../../../src/local/start.ts";
import { isObject, type JsonObject } from "../../../src/local/state/json.ts";
import { type Caller, startTeam, TestClock } from "../support.ts";

/** The rows that a query of one's own activity log gives. */
async function rows(caller: Caller, query = ""): Promise<JsonObject[]> {
  const answer = await caller.get(`/workspaces/${caller.id}/activity${query}`);
  assertEquals(answer.status, 200, answer.text);
  assert(Array.isArray(answer.body));
  return answer.body.filter(isObject);
}

/** A team in which the lead has sent numbered texts to the researcher. */
async function startWithMessages(count: number, options: LocalPlatformOptions = {}) {
  const team = await startTeam({ rateLimit: { requests: 100_000, windowMs: 60_000 }, ...options });
  for (let i = 1; i <= count; i++) await team.lead.send(team.researcher.id, `text ${i}`);
  return team;
}

function texts(found: JsonObject[]): string[] {
  return found.map((row) => /"text":"(.*?)"/.exec(JSON.stringify(row.request_body))?.[1] ?? "");
}

Deno.test("activity: newest first without a cursor, oldest first with one", async () => {
  await using team = await startWithMessages(4);
  const { researcher } = team;
  const all = await rows(researcher);
  assertEquals(texts(all), ["text 4", "text 3", "text 2", "text 1"]);
  assertEquals(texts(await rows(researcher, "?since_secs=600")), texts(all));
  const after = await rows(researcher, `?since_id=${all[3]?.id}`);
  assertEquals(texts(after), ["text 2", "text 3", "text 4"]);
});

Deno.test("activity: whatever the page size, following the cursor gives every row once", async () => {
  await using team = await startWithMessages(12);
  const { researcher } = team;
  const oldest = (await rows(researcher)).at(-1);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 15 }), async (limit) => {
      const seen: string[] = [];
      let cursor = oldest?.id;
      for (;;) {
        const page = await rows(researcher, `?since_id=${cursor}&limit=${limit}`);
        assert(page.length <= limit);
        if (page.length === 0) break;
        seen.push(...texts(page));
        cursor = page.at(-1)?.id;
      }
      assertEquals(seen, Array.from({ length: 11 }, (_, i) => `text ${i + 2}`));
    }),
    { numRuns: 15 },
  );
});

Deno.test("activity: the limit is 100 by default or when it is invalid, and at most 500", async () => {
  await using team = await startTeam();
  const { researcher, platform } = team;
  for (let i = 0; i < 510; i++) await platform.sendAsUser(researcher.id, "x");
  const count = async (query: string) => (await rows(researcher, query)).length;
  assertEquals(await count(""), 100);
  assertEquals(await count("?limit=x"), 100);
  assertEquals(await count("?limit=0"), 100);
  assertEquals(await count("?limit=-5"), 100);
  assertEquals(await count("?limit=7"), 7);
  assertEquals(await count("?limit=501"), 500);
});

Deno.test("activity: since_secs looks back that far", async () => {
  const clock = new TestClock(Date.UTC(2026, 4, 6));
  await using team = await startWithMessages(1, { nowMs: () => clock.nowMs });
  clock.advanceMs(10_000);
  await team.lead.send(team.researcher.id, "text 2");
  clock.advanceMs(5_000);
  assertEquals(texts(await rows(team.researcher, "?since_secs=14")), ["text 2"]);
  assertEquals(texts(await rows(team.researcher, "?since_secs=15")), ["text 2", "text 1"]);
  assertEquals(await rows(team.researcher, "?since_secs=1"), []);
  clock.advanceMs(2_592_000_000);
  assertEquals(await rows(team.researcher, "?since_secs=99999999999"), []);
});

for (const value of ["0", "-1", "1.5", "ten", "1e3"]) {
  Deno.test(`activity: since_secs=${value} is refused`, async () => {
    await using team = await startTeam();
    const { lead } = team;
    const answer = await lead.get(`/workspaces/${lead.id}/activity?since_secs=${value}`);
    assertEquals(answer.status, 400);
  });
}

Deno.test("activity: before_ts gives what is strictly older, in any time zone", async () => {
  await using team = await startWithMessages(3);
  const { researcher } = team;
  const [, middle] = await rows(researcher);
  const before = await rows(researcher, `?before_ts=${middle?.created_at}`);
  assertEquals(texts(before), ["text 1"]);
  const future = encodeURIComponent("2200-01-01T00:00:00+02:00");
  assertEquals((await rows(researcher, `?before_ts=${future}`)).length, 3);
});

Deno.test("activity: peer_id finds rows from and to the peer", async () => {
  await using team = await startWithMessages(1);
  const { lead, researcher, writer } = team;
  await writer.send(researcher.id, "text 2");
  await researcher.post(`/workspaces/${researcher.id}/activity`, {
    activity_type: "a2a_send",
    target_id: lead.id,
    summary: "to the lead",
  });
  const found = await rows(researcher, `?peer_id=${lead.id.toUpperCase()}`);
  assertEquals(found.map((row) => row.activity_type), ["a2a_send", "a2a_receive"]);
});

Deno.test("activity: source tells the user's rows from those of agents", async () => {
  await using team = await startWithMessages(1);
  const { researcher, platform } = team;
  await platform.sendAsUser(researcher.id, "from the user");
  assertEquals(texts(await rows(researcher, "?source=canvas")), ["from the user"]);
  assertEquals(texts(await rows(researcher, "?source=agent")), ["text 1"]);
});

Deno.test("activity: a cursor that was pruned, or is another workspace's, is gone", async () => {
  await using team = await startWithMessages(2);
  const { lead, researcher, writer, platform } = team;
  const [newest, oldest] = await rows(researcher);
  const statusWith = async (caller: Caller, cursor: unknown) =>
    (await caller.get(`/workspaces/${caller.id}/activity?since_id=${cursor}`)).status;
  assertEquals(await statusWith(writer, oldest?.id), 410);
  assertEquals(platform.pruneActivity(researcher.id, (row) => row.id === oldest?.id), 1);
  assertEquals(await statusWith(researcher, oldest?.id), 410);
  assertEquals(await statusWith(researcher, newest?.id), 200);
  await lead.send(researcher.id, "text 3");
  assertEquals(texts(await rows(researcher, `?since_id=${newest?.id}`)), ["text 3"]);
});

Deno.test("activity: rows are numbered in order, unless that is switched off", async () => {
  await using team = await startWithMessages(2);
  const [second, first] = await rows(team.researcher);
  assert(Number(second?.seq) > Number(first?.seq));
  await using older = await startWithMessages(1, { activityExtras: false });
  assert((await rows(older.researcher)).every((row) => !("seq" in row)));
});

Deno.test("activity: a peer's name, role and card address are added when asked for", async () => {
  await using team = await startWithMessages(1);
  const { platform, lead, researcher } = team;
  platform.store.updateWorkspace(lead.id, { role: "boss" });
  await platform.sendAsUser(researcher.id, "from the user");
  const [fromUser, fromLead] = await rows(researcher, "?include=unknown,peer_info");
  assertEquals(fromLead?.peer_name, "Lead");
  assertEquals(fromLead?.peer_role, "boss");
  assertEquals(fromLead?.agent_card_url, `${platform.url}/registry/discover/${lead.id}`);
  assert(fromUser && !("peer_name" in fromUser));
  assert(!("peer_name" in ((await rows(researcher))[1] ?? {})));
});

Deno.test("activity: a report is stored as one's own, its metadata as the request", async () => {
  await using team = await startTeam();
  const { lead } = team;
  await lead.post(`/workspaces/${lead.id}/activity`, {
    activity_type: "error",
    source_id: lead.id,
    metadata: { code: 7 },
    error_detail: "broken",
    status: "error",
    duration_ms: 12,
    method: "report",
    summary: "It broke",
  });
  const [row] = await rows(lead);
  assertEquals(row?.source_id, lead.id);
  assertEquals(row?.request_body, { code: 7 });
  assertEquals([row?.status, row?.error_detail, row?.duration_ms], ["error", "broken", 12]);
  assertEquals([row?.method, row?.summary], ["report", "It broke"]);
  assert(row && !("response_body" in row));
});

Deno.test("activity: a report that cannot be stored is answered as if it were", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const body = { activity_type: "error", target_id: "nobody" };
  assertEquals((await lead.post(`/workspaces/${lead.id}/activity`, body)).status, 200);
  assertEquals(await rows(lead), []);
});

Deno.test("activity: the acknowledged position never falls", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const ack = async (seq: number) =>
    (await lead.post(`/workspaces/${lead.id}/activity/ack`, { acked_seq: seq })).body;
  assertEquals(await ack(0), { last_acked_seq: 0 });
  assertEquals(await ack(7), { last_acked_seq: 7 });
  assertEquals(await ack(3), { last_acked_seq: 7 });
  assertEquals(await ack(-1), { error: "acked_seq must be >= 0" });
});
