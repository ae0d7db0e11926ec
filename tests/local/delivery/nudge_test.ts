import { assert, assertEquals, assertMatch } from "@std/assert";
import type { PlatformEvent } from "../../../src/local/start.ts";
import { isObject } from "../../../src/local/state/json.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { act, raise, respond, toResearcher, write } from "../requests.ts";
import { startTeam, type Team, TestClock } from "../support.ts";

const MINUTE_MS = 60_000;
const HALF_PAST_NINE = Date.UTC(2026, 7, 12, 9, 30);

/** A team in a time that the test turns, without sweeps of its own. */
async function startClocked(): Promise<Team & { clock: TestClock }> {
  const clock = new TestClock(HALF_PAST_NINE);
  const team = await startTeam({ nowMs: () => clock.nowMs, sweepIntervalMs: 0 });
  return { ...team, clock };
}

/** How many reminders have come to the researcher after this look and a delivery. */
async function nudged({ platform, researcher }: Team): Promise<number> {
  platform.nudge();
  await platform.sweep();
  return platform.activity(researcher.id).length;
}

Deno.test("a reminder: one for all that waits longer than ten minutes, and then not for an hour", async () => {
  await using team = await startClocked();
  const { lead, writer, researcher, clock, platform } = team;
  const first = await raise(lead, toResearcher(team));
  await write(researcher, first);
  await raise(writer, toResearcher(team));
  await respond(researcher, await raise(writer, toResearcher(team)));
  await raise(lead);
  clock.advanceMs(10 * MINUTE_MS);
  assertEquals(await nudged(team), 0);
  clock.advanceMs(1);
  const events: PlatformEvent[] = [];
  platform.onEvent(researcher.id, (event) => events.push(event));
  assertEquals(await nudged(team), 1);
  assertEquals(events.map(({ type }) => type), ["ACTIVITY_LOGGED", "USER_MESSAGE"]);
  const [row] = platform.activity(researcher.id);
  assertEquals([row?.sourceId, row?.responseBody], [null, undefined]);
  assert(isObject(row?.requestBody) && isObject(row.requestBody.params));
  const { message, metadata } = row.requestBody.params;
  const hour = Date.UTC(2026, 7, 12, 9) / 1_000;
  assertEquals(metadata, { wake_idempotency_key: `nudge:${researcher.id}:${hour}` });
  assert(isObject(message));
  assertMatch(String(message.messageId), /^inbox-nudge-[0-9a-f-]{36}$/);
  assertEquals(message.metadata, {
    source: "platform",
    kind: "inbox_nudge",
    source_type: "self-nudge",
  });
  const text = JSON.stringify(message.parts);
  assertMatch(text, /2 open items.*list_inbox.*respond_request.*add_request_message/);

  clock.advanceMs(60 * MINUTE_MS - 1);
  assertEquals(await nudged(team), 1);
  clock.advanceMs(1);
  assertEquals(await nudged(team), 2);
  await act(lead, first, "cancel");
  clock.advanceMs(60 * MINUTE_MS);
  assertEquals(await nudged(team), 3);
  const last = JSON.stringify(platform.activity(researcher.id).at(-1)?.requestBody);
  assertMatch(last, /1 open item /);
});

Deno.test("a reminder: another request of the same hour brings none while the first one waits", async () => {
  await using team = await startClocked();
  const { lead, clock, platform } = team;
  await raise(lead, toResearcher(team));
  clock.advanceMs(11 * MINUTE_MS);
  platform.nudge();
  await raise(lead, toResearcher(team));
  clock.advanceMs(11 * MINUTE_MS);
  assertEquals(await nudged(team), 1);
  assertEquals(await nudged(team), 1);
});

Deno.test("a reminder of one request does not put off that of another", async () => {
  await using team = await startClocked();
  const { lead, clock } = team;
  await raise(lead, toResearcher(team));
  clock.advanceMs(30 * MINUTE_MS);
  assertEquals(await nudged(team), 1);
  await raise(lead, toResearcher(team));
  clock.advanceMs(30 * MINUTE_MS);
  assertEquals(await nudged(team), 2);
  clock.advanceMs(30 * MINUTE_MS);
  assertEquals(await nudged(team), 3);
});

Deno.test("a reminder: only for agents that are up and idle, whatever else was named", async () => {
  await using team = await startClocked();
  const { lead, researcher, clock, platform } = team;
  await raise(lead, toResearcher(team));
  for (const recipient_id of ["x", "", crypto.randomUUID()]) {
    await raise(lead, { recipient_type: "agent", recipient_id });
  }
  clock.advanceMs(11 * MINUTE_MS);
  const waits = () => platform.store.queuedFor(researcher.id).length;
  for (const change of [{ activeTasks: 1 }, { status: "degraded" }] as const) {
    platform.store.updateWorkspace(researcher.id, { activeTasks: 0, ...change });
    platform.nudge();
    assertEquals(waits(), 0);
  }
  platform.store.updateWorkspace(researcher.id, { status: "online" });
  platform.nudge();
  assertEquals(waits(), 1);
});

Deno.test("a reminder: 200 agents at a look, those first who were asked first", async () => {
  const clock = new TestClock(HALF_PAST_NINE);
  await using team = await startTeam({
    nowMs: () => clock.nowMs,
    rateLimit: { requests: 1_000, windowMs: MINUTE_MS },
  });
  const { lead, platform } = team;
  const agents: string[] = [];
  for (let i = 0; i < 201; i++) {
    const { id } = await platform.createWorkspace({ name: `${i}`, status: "online" });
    agents.push(id);
    await raise(lead, { recipient_type: "agent", recipient_id: id });
  }
  clock.advanceMs(11 * MINUTE_MS);
  const waiting = () => agents.map((id) => platform.store.queuedFor(id).length);
  platform.nudge();
  assertEquals(waiting(), agents.map((_, i) => i < 200 ? 1 : 0));
  platform.nudge();
  assertEquals(waiting(), agents.map(() => 1));
});

Deno.test("reminders: a look every five minutes", async () => {
  using time = new FakeTime();
  await using team = await startTeam({ sweepIntervalMs: 0 });
  const { lead, researcher, platform } = team;
  await raise(lead, toResearcher(team));
  const waits = () => platform.store.queuedFor(researcher.id).length;
  time.tick(10 * MINUTE_MS);
  assertEquals(waits(), 0);
  time.tick(5 * MINUTE_MS);
  await platform.idle();
  assertEquals(waits(), 1);
});
