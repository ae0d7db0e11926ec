import { assertEquals } from "@std/assert";
import { FakeTime } from "../../support/fake_time.ts";
import { startAgent, textReply } from "../agents.ts";
import { startTeam, type Team, TestClock } from "../support.ts";

const MINUTE_MS = 60_000;

function notices({ lead, platform }: Team): number {
  return platform.activity(lead.id).length;
}

function send({ lead, platform }: Team, ...texts: string[]): void {
  for (const text of texts) platform.sendAsPlatform(lead.id, text, crypto.randomUUID());
}

Deno.test("a sweep delivers, the oldest first, whatever tasks the agent has", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  platform.store.updateWorkspace(lead.id, { activeTasks: 5, maxConcurrentTasks: 2 });
  send(team, "a", "b", "c");
  await platform.sweep();
  assertEquals(notices(team), 2);
  await platform.sweep();
  const texts = platform.activity(lead.id).map(({ requestBody }) =>
    JSON.stringify(requestBody).match(/"text":"(.)"/)?.[1]
  );
  assertEquals(texts, ["a", "b", "c"]);
});

Deno.test("a sweep passes over workspaces that are not up", async () => {
  const clock = new TestClock(Date.UTC(2026, 7, 12));
  await using team = await startTeam({ nowMs: () => clock.nowMs });
  const { lead, platform } = team;
  send(team, "a", "b");
  for (const status of ["awaiting_agent", "offline", "paused", "removed"] as const) {
    platform.store.updateWorkspace(lead.id, { status });
    await platform.sweep();
    assertEquals([status, notices(team)], [status, 0]);
  }
  const lastHeartbeatAt = (clock.nowMs - 4 * MINUTE_MS) * 1_000;
  platform.store.updateWorkspace(lead.id, { status: "online", lastHeartbeatAt });
  await platform.sweep();
  assertEquals(notices(team), 0);
  platform.store.updateWorkspace(lead.id, { status: "degraded", lastHeartbeatAt: null });
  await platform.sweep();
  assertEquals(notices(team), 1);
});

Deno.test("a sweep every 10 s, until the platform ends; also after the database was away", async () => {
  using time = new FakeTime();
  await using team = await startTeam();
  const { platform } = team;
  const pass = async (durationMs: number) => {
    time.tick(durationMs);
    await time.until(platform.idle());
    return notices(team);
  };
  send(team, "a", "b", "c");
  assertEquals(await pass(9_999), 0);
  assertEquals(await pass(1), 1);
  const end = platform.faults.database();
  assertEquals(await pass(10_000), 1);
  end();
  assertEquals(await pass(10_000), 2);
  await platform.close();
  assertEquals(time.timers, 0);
});

for (const [name, options] of [["0", { sweepIntervalMs: 0 }], ["n2", { version: "n2" }]] as const) {
  Deno.test(`no sweep with ${name}`, async () => {
    using time = new FakeTime();
    await using team = await startTeam({ nudgeIntervalMs: 0, ...options });
    send(team, "a");
    assertEquals(time.timers, 0);
  });
}

Deno.test("a sweep beside a heartbeat: a call is made once; and none to an agent that is busy", async () => {
  await using agent = startAgent(() => textReply("Yes"));
  await using team = await startTeam({ allowLoopbackUrls: true });
  const { lead, platform } = team;
  const change = { deliveryMode: "push" as const, url: agent.url, inboundSecret: "s" };
  platform.store.updateWorkspace(lead.id, { ...change, maxConcurrentTasks: 3, activeTasks: 3 });
  send(team, "a", "b", "c");
  await platform.sweep();
  assertEquals(agent.received.length, 0);
  platform.store.updateWorkspace(lead.id, { activeTasks: 0 });
  await Promise.all([
    platform.sweep(),
    lead.post("/registry/heartbeat", { workspace_id: lead.id, active_tasks: 0 }),
    platform.sweep(),
  ]);
  await platform.idle();
  assertEquals(agent.received.length, 3);
});
