/**
 * A store that does not grow without end: a platform that a person leaves running, and whose agents
 * write as much as they like.
 *
 * @module
 */
import { overridden } from "./overridden_store.ts";
import { type PlatformStore, StoreError } from "./store.ts";

/** How much is kept. */
export interface StoreLimits {
  /** Rows of a workspace's activity log. When there are half as many more, the oldest go. */
  activityRows: number;
  /** Workspaces, also removed ones. One more is refused. */
  workspaces: number;
  /** Memories. One more is refused. */
  memories: number;
  /** Bytes of the files that were uploaded since the start. What is more is refused. */
  uploadBytes: number;
}

/** What is kept by a platform with a page, unless it is told otherwise. */
export const STORE_LIMITS: StoreLimits = {
  activityRows: 10_000,
  workspaces: 10_000,
  memories: 20_000,
  uploadBytes: 2 * 1024 ** 3,
};

/** The store, within the limits: a refusal is a {@linkcode StoreError}. */
export function bounded(inner: PlatformStore, limits: StoreLimits): PlatformStore {
  /** By workspace: the rows written since its log was last cut. */
  const written = new Map<string, number>();
  const cut = (workspaceId: string) => {
    const newest = { order: "newest first", limit: limits.activityRows } as const;
    const oldestKept = inner.activity(workspaceId, newest).at(-1)?.seq ?? 0;
    // As the server's retention sweep does: a cursor that points at one of them is unknown then (410).
    inner.pruneActivity(workspaceId, ({ seq }) => seq < oldestKept);
  };
  let uploadBytes = 0;
  let workspaces: number | undefined; // None is ever taken out again.
  return overridden(inner, {
    insertWorkspace(row) {
      workspaces ??= inner.workspaces().length;
      refuseMore("workspaces", workspaces, limits.workspaces);
      inner.insertWorkspace(row);
      workspaces += 1;
    },
    insertActivity(row) {
      const inserted = inner.insertActivity(row);
      const { workspaceId } = inserted;
      const count = (written.get(workspaceId) ?? 0) + 1;
      const isTooMany = count >= limits.activityRows * 1.5;
      if (isTooMany) cut(workspaceId);
      written.set(workspaceId, isTooMany ? limits.activityRows : count);
      return inserted;
    },
    insertMemory(row) {
      refuseMore("memories", inner.memories().length, limits.memories);
      inner.insertMemory(row);
    },
    insertUploads(rows) {
      const bytes = rows.reduce((sum, { content }) => sum + content.length, uploadBytes);
      if (bytes > limits.uploadBytes) throw tooMuch("bytes of uploads", limits.uploadBytes);
      inner.insertUploads(rows);
      uploadBytes = bytes;
    },
  });
}

function refuseMore(what: string, count: number, most: number): void {
  if (count >= most) throw tooMuch(what, most);
}

function tooMuch(what: string, most: number): StoreError {
  return new StoreError(`Cannot store more: at most ${most} ${what} are kept`);
}
