/**
 * A store that does not grow without end: a platform that a person leaves running, and whose agents
 * write as much as they like.
 *
 * @module
 */
import { BoundedLogs } from "./bounded_logs.ts";
import { Budget, unitsOf } from "./budget.ts";
import { overridden } from "./overridden_store.ts";
import type { QueueRow } from "./rows.ts";
import type { PlatformStore } from "./store.ts";
import { tooMuch } from "./too_much.ts";

/** How much is kept. */
export interface StoreLimits {
  /** Rows of a workspace's activity log. When there are half as many more, the oldest go. */
  activityRows: number;
  /**
   * UTF-16 units of the rows of all activity logs that were written since the start, as JSON. With
   * more, the oldest of the longest log go; a row of more than a quarter is refused.
   */
  activityUnits: number;
  /**
   * UTF-16 units of all workspaces as JSON, as many of all memories, and as many of all requests with
   * their messages. What is more is refused.
   */
  rowUnits: number;
  /** UTF-16 units of the calls that wait for busy agents, as JSON. What is more is refused. */
  queueUnits: number;
  /** Workspaces, also removed ones. One more is refused. */
  workspaces: number;
  /** Memories. One more is refused. */
  memories: number;
  /** Requests, also closed ones. One more is refused. */
  requests: number;
  /** Messages of all requests. One more is refused. */
  requestMessages: number;
  /** Bytes of the files that were uploaded since the start. What is more is refused. */
  uploadBytes: number;
}

const ALL = { limit: Number.MAX_SAFE_INTEGER } as const;

/** What is kept by a platform with a page, unless it is told otherwise. */
export const STORE_LIMITS: StoreLimits = {
  activityRows: 10_000,
  activityUnits: 64 * 1024 ** 2,
  rowUnits: 32 * 1024 ** 2,
  queueUnits: 32 * 1024 ** 2,
  workspaces: 10_000,
  memories: 20_000,
  requests: 10_000,
  requestMessages: 20_000,
  uploadBytes: 2 * 1024 ** 3,
};

/** The store, within the limits: a refusal is a {@linkcode StoreError}. */
export function bounded(inner: PlatformStore, limits: StoreLimits): PlatformStore {
  const logs = new BoundedLogs(inner, limits);
  const ofWorkspaces = new Budget(limits.rowUnits);
  const ofMemories = new Budget(limits.rowUnits);
  const ofRequests = new Budget(limits.rowUnits);
  const ofQueue = new Budget(limits.queueUnits);
  let uploadBytes = 0;
  let workspaces: number | undefined; // None is ever taken out again.
  let memories: number | undefined;
  let requests: number | undefined;
  let requestMessages: number | undefined;
  return overridden(inner, {
    insertWorkspace(row) {
      workspaces ??= inner.workspaces().length;
      refuseMore("workspaces", workspaces, limits.workspaces);
      const units = unitsOf(row);
      refuseWithout(ofWorkspaces, units, limits.rowUnits);
      inner.insertWorkspace(row);
      ofWorkspaces.take(row.id, units);
      workspaces += 1;
    },
    updateWorkspace(id, change) {
      const row = inner.workspace(id);
      if (!row) return;
      const before = ofWorkspaces.release(row.id);
      const after = unitsOf({ ...row, ...change });
      const isTooMuch = after > before && !ofWorkspaces.hasRoomFor(after);
      ofWorkspaces.take(row.id, isTooMuch ? before : after);
      if (isTooMuch) throw tooMuch("UTF-16 units", limits.rowUnits);
      inner.updateWorkspace(id, change);
    },
    insertActivity: (row) => logs.insert(row),
    updateActivity(id, change) {
      inner.updateActivity(id, change);
      logs.grew(id, unitsOf(change));
    },
    insertQueueItem(row) {
      const units = unitsOf(row);
      refuseWithout(ofQueue, units, limits.queueUnits);
      inner.insertQueueItem(row);
      ofQueue.take(row.id, units);
    },
    updateQueueItem(id, change) {
      if (!isOver(change.status)) return inner.updateQueueItem(id, change);
      // Nobody reads again what was to be delivered.
      inner.updateQueueItem(id, { ...change, envelope: {} });
      ofQueue.release(id);
    },
    insertMemory(row) {
      memories ??= inner.memories().length;
      refuseMore("memories", memories, limits.memories);
      const units = unitsOf(row);
      refuseWithout(ofMemories, units, limits.rowUnits);
      inner.insertMemory(row);
      ofMemories.take(row.id, units);
      memories += 1;
    },
    deleteMemory(workspaceId, id) {
      const isDeleted = inner.deleteMemory(workspaceId, id);
      if (!isDeleted) return false;
      ofMemories.release(id.toLowerCase());
      if (memories !== undefined) memories -= 1;
      return true;
    },
    insertRequest(row) {
      requests ??= inner.requests(ALL).length;
      refuseMore("requests", requests, limits.requests);
      const units = unitsOf(row);
      refuseWithout(ofRequests, units, limits.rowUnits);
      inner.insertRequest(row);
      ofRequests.take(row.id, units);
      requests += 1;
    },
    insertRequestMessage(row) {
      requestMessages ??= inner.requests(ALL).reduce(
        (sum, { id }) => sum + inner.requestMessages(id, ALL.limit).length,
        0,
      );
      refuseMore("messages of requests", requestMessages, limits.requestMessages);
      const units = unitsOf(row);
      refuseWithout(ofRequests, units, limits.rowUnits);
      inner.insertRequestMessage(row);
      ofRequests.take(row.id, units);
      requestMessages += 1;
    },
    insertUploads(rows) {
      const bytes = rows.reduce((sum, { content }) => sum + content.length, uploadBytes);
      if (bytes > limits.uploadBytes) throw tooMuch("bytes of uploads", limits.uploadBytes);
      inner.insertUploads(rows);
      uploadBytes = bytes;
    },
  });
}

function isOver(status: QueueRow["status"] | undefined): boolean {
  return status === "completed" || status === "dropped" || status === "failed";
}

function refuseWithout(budget: Budget, units: number, most: number): void {
  if (!budget.hasRoomFor(units)) throw tooMuch("UTF-16 units", most);
}

function refuseMore(what: string, count: number, most: number): void {
  if (count >= most) throw tooMuch(what, most);
}
