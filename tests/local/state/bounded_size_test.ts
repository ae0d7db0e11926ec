import { assertEquals, assertThrows } from "@std/assert";
import { bounded, STORE_LIMITS, type StoreLimits } from "../../../src/local/state/bounded_store.ts";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { StoreError } from "../../../src/local/state/store.ts";
import { startTeam } from "../support.ts";

const limits = (less: Partial<StoreLimits>) => ({ storeLimits: less });
const KIB = 1024;

Deno.test("bounds: of logs that are too large together, the oldest rows of the largest go", async () => {
  await using team = await startTeam(limits({ activityUnits: 16 * KIB }));
  const { lead, researcher, platform } = team;
  const report = (summary: string) =>
    lead.post(`/workspaces/${lead.id}/activity`, { activity_type: "agent_log", summary });
  await lead.send(researcher.id, "Of another workspace");
  for (let i = 0; i < 100; i++) assertEquals((await report(`${i} ${"x".repeat(KIB)}`)).status, 200);
  const kept = platform.activity(lead.id).map(({ summary }) => Number.parseInt(summary ?? ""));
  assertEquals(kept.at(-1), 99);
  assertEquals(kept.length < 16 && kept.length > 4, true, `${kept.length} are kept`);
  assertEquals(platform.activity(researcher.id).length, 1);
});

Deno.test("bounds: a row that is too large is refused as when the database fails", async () => {
  await using team = await startTeam(limits({ activityUnits: 16 * KIB }));
  const { lead, researcher, platform } = team;
  const { status } = await lead.send(researcher.id, "x".repeat(5 * KIB));
  assertEquals([status >= 500, platform.activity(researcher.id).length], [true, 0]);
});

Deno.test("bounds: what a workspace says of itself is refused when it is too much", async () => {
  await using team = await startTeam(limits({ rowUnits: 20 * KIB }));
  const { lead } = team;
  const update = async (size: number) => {
    const body = { workspace_id: lead.id, agent_card: { name: "x".repeat(size) } };
    return (await lead.post("/registry/update-card", body)).status;
  };
  assertEquals([await update(30 * KIB), await update(8 * KIB), await update(8 * KIB)], [
    500,
    200,
    200,
  ]);
});

Deno.test("bounds: calls wait for busy agents up to a limit, and make room when they are over", () => {
  const store = bounded(new MemoryStore(), { ...STORE_LIMITS, queueUnits: 1_000 });
  const call = (id: string) => ({
    id,
    workspaceId: crypto.randomUUID(),
    callerId: null,
    envelope: { text: "x".repeat(400) },
    messageId: id,
    delegationId: null,
    status: "queued" as const,
    priority: 0,
    attempts: 0,
    enqueuedAt: 0,
    dispatchedAt: null,
    completedAt: null,
    lastError: null,
    responseText: null,
  });
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
  store.insertQueueItem(call(first));
  assertThrows(() => store.insertQueueItem(call(second)), StoreError);
  store.updateQueueItem(first, { status: "completed" });
  assertEquals(store.queueItem(first)?.envelope, {});
  store.insertQueueItem(call(second));
});
