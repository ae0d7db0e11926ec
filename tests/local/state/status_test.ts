import { assertEquals } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import type { WorkspaceStatus } from "../../../src/local/state/rows.ts";
import { statusAfterHeartbeat } from "../../../src/local/state/status.ts";
import { Caller, TestClock } from "../support.ts";

for (const [version, staleMs] of [["n1", 90_000], ["n3", 180_000]] as const) {
  Deno.test(`${version}: an external workspace awaits its agent after ${staleMs} ms of silence`, async () => {
    const clock = new TestClock(Date.UTC(2026, 4, 6));
    await using platform = await startLocalPlatform({ version, nowMs: () => clock.nowMs });
    const { id, token } = await platform.createWorkspace({ name: "A", deliveryMode: "poll" });
    const agent = new Caller(platform, id, token);
    assertEquals(platform.status(id), "awaiting_agent");
    await agent.post("/registry/heartbeat", { workspace_id: id });
    clock.advanceMs(staleMs);
    assertEquals(platform.status(id), "online");
    clock.advanceMs(1);
    assertEquals(platform.status(id), "awaiting_agent");
    await agent.get(`/workspaces/${id}/activity`);
    assertEquals(platform.status(id), "awaiting_agent");
    await agent.post("/registry/heartbeat", { workspace_id: id });
    assertEquals(platform.status(id), "online");
  });
}

Deno.test("a workspace of the platform itself does not go stale", async () => {
  const clock = new TestClock(Date.UTC(2026, 4, 6));
  await using platform = await startLocalPlatform({ nowMs: () => clock.nowMs });
  const { id, token } = await platform.createWorkspace({ name: "A", runtime: "langgraph" });
  await new Caller(platform, id, token).post("/registry/heartbeat", { workspace_id: id });
  clock.advanceMs(3_600_000);
  assertEquals(platform.status(id), "online");
});

const AFTER_BEAT: [WorkspaceStatus, number, string, WorkspaceStatus][] = [
  ["awaiting_agent", 0, "", "online"],
  ["offline", 0, "", "online"],
  ["failed", 0, "", "online"],
  ["provisioning", 0, "", "online"],
  ["paused", 0, "", "paused"],
  ["hibernated", 0, "", "hibernated"],
  ["online", 0.49, "", "online"],
  ["online", 0.5, "", "degraded"],
  ["online", 0, "wedged", "degraded"],
  ["awaiting_agent", 0.5, "", "degraded"],
  ["degraded", 0.1, "", "degraded"],
  ["degraded", 0.09, "", "online"],
  ["degraded", 0, "wedged", "degraded"],
];

for (const [status, errorRate, runtimeState, expected] of AFTER_BEAT) {
  const beat = `error rate ${errorRate}${runtimeState && `, ${runtimeState}`}`;
  Deno.test(`a heartbeat with ${beat} makes ${status} ${expected}`, () => {
    assertEquals(statusAfterHeartbeat(status, errorRate, runtimeState), expected);
  });
}
