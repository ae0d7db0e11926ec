import { assertEquals, assertThrows } from "@std/assert";
import type { ActivityRow, QueueRow } from "../../../src/local/state/rows.ts";
import {
  type ActivityFilter,
  type PlatformStore,
  StoreError,
} from "../../../src/local/state/store.ts";
import { newWorkspace } from "../../../src/local/state/workspace_row.ts";
import { testStores } from "./stores.ts";

const [owner, peer, other] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];

/** Fills the log with these rows, named by their summaries. */
function fill(store: PlatformStore, ...rows: Partial<ActivityRow>[]): void {
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
}

function found(store: PlatformStore, filter: Partial<ActivityFilter>): string {
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
  testStores(`the filter ${named} finds ${expected || "nothing"}`, (store) => {
    fill(store, ...ROWS);
    assertEquals(found(store, filter), expected);
  });
}

testStores("what is read is a copy", (store) => {
  store.insertWorkspace(newWorkspace(owner, "before"));
  const row = store.workspace(owner);
  if (row) row.name = "after";
  assertEquals(store.workspace(owner)?.name, "before");
});

testStores("what is not a UUID is a failure of the database", (store) => {
  assertThrows(() => store.workspace("x"), StoreError);
  assertThrows(() => store.activityRow(owner, "x"), StoreError);
  assertThrows(() => fill(store, { targetId: "x" }), StoreError);
});

testStores("an id is taken once", (store) => {
  store.insertWorkspace(newWorkspace(owner, "A"));
  assertThrows(() => store.insertWorkspace(newWorkspace(owner.toUpperCase(), "B")), StoreError);
});

testStores("an update of what does not exist does nothing", (store) => {
  store.updateWorkspace(owner, { name: "A" });
  assertEquals(store.workspace(owner), undefined);
});

testStores("a token is live until it is revoked, or its workspace is removed", (store) => {
  store.insertWorkspace(newWorkspace(owner, "A"));
  const row = {
    workspaceId: owner.toUpperCase(),
    kind: "api",
    prefix: "p",
    lastUsedAt: null,
  } as const;
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
  store.insertToken({ ...row, id: first, hash: "h1", createdAt: 1, revokedAt: null });
  store.insertToken({ ...row, id: second, hash: "h2", createdAt: 2, revokedAt: null });
  store.updateToken(first.toUpperCase(), { lastUsedAt: 5 });
  assertEquals(store.liveTokens(owner).map(({ lastUsedAt }) => lastUsedAt), [5, null]);
  store.updateToken(first, { revokedAt: 6 });
  assertEquals(store.liveTokenByHash("h1"), undefined);
  assertEquals(store.liveTokens(owner).map(({ hash }) => hash), ["h2"]);
  store.updateWorkspace(owner, { status: "removed" });
  assertEquals(store.liveTokenByHash("h2"), undefined);
});

testStores("a row of the log is found by its message, changed and taken out", (store) => {
  fill(store, { messageId: "m" }, { messageId: "n", requestBody: { a: [null, "ü"] } });
  const row = store.activityByMessage(owner, "n");
  assertEquals([row?.summary, row?.seq, row?.requestBody], ["1", 2, { a: [null, "ü"] }]);
  store.updateActivity(row?.id ?? "", { status: "error", responseBody: "late" });
  const changed = store.activityRow(owner.toUpperCase(), row?.id ?? "");
  assertEquals([changed?.status, changed?.responseBody], ["error", "late"]);
  assertEquals(store.activityRow(peer, row?.id ?? ""), undefined);
  assertEquals(store.pruneActivity(owner, ({ seq }) => seq === 2), 1);
  assertEquals([found(store, {}), store.activityByMessage(owner, "n")], ["0", undefined]);
  fill(store, { summary: "next" });
  assertEquals(store.activity(owner, { order: "newest first", limit: 1 })[0]?.seq, 3);
});

testStores("an acknowledged position never falls", (store) => {
  const seen = [3, 7, 5, 0].map((seq) => store.acknowledgeActivity(owner, seq));
  assertEquals(seen, [3, 7, 7, 7]);
});

testStores("calls wait in their order until they are dispatched", (store) => {
  const ids = [crypto.randomUUID(), crypto.randomUUID()] as const;
  for (const [at, id] of ids.entries()) store.insertQueueItem(queued(id, at));
  assertEquals(store.queuedFor(owner).map(({ id }) => id), [...ids]);
  store.updateQueueItem(ids[0], { status: "dispatched", attempts: 1 });
  assertEquals(store.queuedFor(owner).map(({ id }) => id), [ids[1]]);
  assertEquals(store.queueItem(ids[0])?.attempts, 1);
});

testStores("files keep their bytes; a memory is deleted by its owner alone", (store) => {
  const id = crypto.randomUUID();
  const content = Uint8Array.of(0, 255, 10, 13);
  const file = { name: "a", mimeType: "b", content, createdAt: 1, ackedAt: null };
  store.insertUploads([{ id, workspaceId: owner, ...file }]);
  store.updateUpload(id, { ackedAt: 9 });
  assertEquals(store.upload(owner, id), { id, workspaceId: owner, ...file, ackedAt: 9 });
  assertEquals(store.upload(peer, id), undefined);
  assertThrows(() => store.insertUploads([{ id: "x", workspaceId: owner, ...file }]), StoreError);

  const memory = { content: "c", scope: "TEAM", namespace: "n", createdAt: 1 } as const;
  store.insertMemory({ id, workspaceId: owner, ...memory });
  store.insertMemory({ id: crypto.randomUUID(), workspaceId: peer, ...memory });
  assertEquals(store.memories().map(({ workspaceId }) => workspaceId), [peer, owner]);
  assertEquals([store.deleteMemory(peer, id), store.deleteMemory(owner, id)], [false, true]);
  assertEquals(store.memories().length, 1);
});

function queued(id: string, at: number): QueueRow {
  return {
    id,
    workspaceId: owner,
    callerId: null,
    envelope: {},
    messageId: id,
    delegationId: null,
    status: "queued",
    priority: 0,
    attempts: 0,
    enqueuedAt: at,
    dispatchedAt: null,
    completedAt: null,
    lastError: null,
    responseText: null,
  };
}
