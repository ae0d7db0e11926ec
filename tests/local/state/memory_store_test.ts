import { assertEquals, assertThrows } from "@std/assert";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import type { ActivityRow } from "../../../src/local/state/rows.ts";
import { type ActivityFilter, StoreError } from "../../../src/local/state/store.ts";
import { newWorkspace } from "../../../src/local/state/workspace_row.ts";

const [owner, peer, other] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];

/** A store whose log holds these rows, named by their summaries. */
function storeWith(...rows: Partial<ActivityRow>[]): MemoryStore {
  const store = new MemoryStore();
  rows.forEach((row, i) =>
    store.insertActivity({
      id: crypto.randomUUID(),
      workspaceId: owner,
      activityType: "a2a_receive",
      sourceId: null,
      targetId: null,
      method: null,
      summary: `${i}`,
      status: "ok",
      errorDetail: null,
      durationMs: null,
      createdAt: i,
      ...row,
    })
  );
  return store;
}

function found(store: MemoryStore, filter: Partial<ActivityFilter>): string {
  const rows = store.activity(owner, { order: "oldest first", limit: 100, ...filter });
  return rows.map((row) => row.summary).join(" ");
}

const ROWS: Partial<ActivityRow>[] = [
  { method: "a", sourceId: peer },
  { method: "b", targetId: peer },
  { method: "b", sourceId: other, idempotencyKey: "k" },
  { activityType: "error", idempotencyKey: "l" },
];

for (
  const [filter, expected] of [
    [{}, "0 1 2 3"],
    [{ order: "newest first" }, "3 2 1 0"],
    [{ limit: 2 }, "0 1"],
    [{ limit: 2, order: "newest first" }, "3 2"],
    [{ activityType: "error" }, "3"],
    [{ method: "b" }, "1 2"],
    [{ method: "b", peerId: peer }, "1"],
    [{ source: "canvas" }, "1 3"],
    [{ source: "agent" }, "0 2"],
    [{ peerId: peer.toUpperCase() }, "0 1"],
    [{ since: 2 }, "2 3"],
    [{ before: 2 }, "0 1"],
    [{ since: 1, before: 3 }, "1 2"],
    [{ idempotencyKey: "k" }, "2"],
    [{ idempotencyKey: "k", method: "a" }, ""],
    [{ after: { createdAt: 1, seq: 2 } }, "2 3"],
    [{ after: { createdAt: 1, seq: 1 } }, "1 2 3"],
  ] as [Partial<ActivityFilter>, string][]
) {
  const named = JSON.stringify(filter).replace(/[0-9a-f-]{36}/i, "peer");
  Deno.test(`memory store: the filter ${named} finds ${expected || "nothing"}`, () => {
    assertEquals(found(storeWith(...ROWS), filter), expected);
  });
}

Deno.test("memory store: what is read is a copy", () => {
  const store = new MemoryStore();
  store.insertWorkspace(newWorkspace(owner, "before"));
  const row = store.workspace(owner);
  if (row) row.name = "after";
  assertEquals(store.workspace(owner)?.name, "before");
});

Deno.test("memory store: what is not a UUID is a failure of the database", () => {
  const store = new MemoryStore();
  assertThrows(() => store.workspace("x"), StoreError);
  assertThrows(() => store.activityRow(owner, "x"), StoreError);
  assertThrows(() => storeWith({ targetId: "x" }), StoreError);
});

Deno.test("memory store: an id is taken once", () => {
  const store = new MemoryStore();
  store.insertWorkspace(newWorkspace(owner, "A"));
  assertThrows(() => store.insertWorkspace(newWorkspace(owner.toUpperCase(), "B")), StoreError);
});

Deno.test("memory store: an update of what does not exist does nothing", () => {
  const store = new MemoryStore();
  store.updateWorkspace(owner, { name: "A" });
  assertEquals(store.workspace(owner), undefined);
});
