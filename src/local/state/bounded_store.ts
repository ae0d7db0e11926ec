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
  const quota = (what: string, most: number, budget: Budget, count: () => number) =>
    new Quota({ what, most, budget, mostUnits: limits.rowUnits, count });
  // Of memories alone some are ever taken out again.
  const workspaces = quota(
    "workspaces",
    limits.workspaces,
    ofWorkspaces,
    () => inner.workspaces().length,
  );
  const memories = quota("memories", limits.memories, ofMemories, () => inner.memories().length);
  const requests = quota(
    "requests",
    limits.requests,
    ofRequests,
    () => inner.requests(ALL).length,
  );
  const requestMessages = quota(
    "messages of requests",
    limits.requestMessages,
    ofRequests,
    () =>
      inner.requests(ALL).reduce(
        (sum, { id }) => sum + inner.requestMessages(id, ALL.limit).length,
        0,
      ),
  );
  let uploadBytes = 0;
  return overridden(inner, {
    insertWorkspace: (row) => workspaces.insert(row, () => inner.insertWorkspace(row)),
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
    insertMemory: (row) => memories.insert(row, () => inner.insertMemory(row)),
    deleteMemory(workspaceId, id) {
      const isDeleted = inner.deleteMemory(workspaceId, id);
      if (!isDeleted) return false;
      ofMemories.release(id.toLowerCase());
      memories.removed();
      return true;
    },
    insertRequest: (row) => requests.insert(row, () => inner.insertRequest(row)),
    insertRequestMessage: (row) =>
      requestMessages.insert(row, () => inner.insertRequestMessage(row)),
    insertUploads(rows) {
      const bytes = rows.reduce((sum, { content }) => sum + content.length, uploadBytes);
      if (bytes > limits.uploadBytes) throw tooMuch("bytes of uploads", limits.uploadBytes);
      inner.insertUploads(rows);
      uploadBytes = bytes;
    },
  });
}

interface QuotaOptions {
  readonly what: string;
  readonly most: number;
  /** Which may be shared with others. */
  readonly budget: Budget;
  readonly mostUnits: number;
  /** How many there are at the start; asked for when the first is inserted. */
  readonly count: () => number;
}

/** Rows of one kind: how many there may be, and how much they may take. */
class Quota {
  readonly #options: QuotaOptions;
  #count: number | undefined;

  constructor(options: QuotaOptions) {
    this.#options = options;
  }

  /** @throws {StoreError} when it is one too many, or too large */
  insert(row: { readonly id: string }, put: () => void): void {
    const { what, most, budget, mostUnits, count } = this.#options;
    this.#count ??= count();
    if (this.#count >= most) throw tooMuch(what, most);
    const units = unitsOf(row);
    refuseWithout(budget, units, mostUnits);
    put();
    budget.take(row.id, units);
    this.#count += 1;
  }

  removed(): void {
    if (this.#count !== undefined) this.#count -= 1;
  }
}

function isOver(status: QueueRow["status"] | undefined): boolean {
  return status === "completed" || status === "dropped" || status === "failed";
}

function refuseWithout(budget: Budget, units: number, most: number): void {
  if (!budget.hasRoomFor(units)) throw tooMuch("UTF-16 units", most);
}
