/**
 * A store that tells what was written to it: what the page shows of all workspaces.
 *
 * @module
 */
import { overridden } from "./overridden_store.ts";
import type {
  ActivityRow,
  MemoryRow,
  RequestMessageRow,
  RequestRow,
  TokenRow,
  WorkspaceRow,
} from "./rows.ts";
import type { PlatformStore } from "./store.ts";

/** What wants to know; called after each write that succeeded. */
export interface StoreObserver {
  workspaceWritten(id: string, change: Partial<WorkspaceRow>): void;
  activityInserted(row: ActivityRow): void;
  activityUpdated(id: string, change: Parameters<PlatformStore["updateActivity"]>[1]): void;
  tokenInserted(row: TokenRow): void;
  tokenUpdated(id: string, change: Parameters<PlatformStore["updateToken"]>[1]): void;
  memoryInserted(row: MemoryRow): void;
  /** A new request, or one that has changed. */
  requestWritten(row: RequestRow): void;
  requestMessageInserted(row: RequestMessageRow): void;
}

/** The store, of whose writes the observer hears, as soon as there is one. */
export function observed(
  inner: PlatformStore,
  observer: () => StoreObserver | undefined,
): PlatformStore {
  return overridden(inner, {
    insertWorkspace(row) {
      inner.insertWorkspace(row);
      observer()?.workspaceWritten(row.id, row);
    },
    updateWorkspace(id, change) {
      inner.updateWorkspace(id, change);
      observer()?.workspaceWritten(id, change);
    },
    insertActivity(row) {
      const inserted = inner.insertActivity(row);
      observer()?.activityInserted(inserted);
      return inserted;
    },
    updateActivity(id, change) {
      inner.updateActivity(id, change);
      observer()?.activityUpdated(id, change);
    },
    insertToken(row) {
      inner.insertToken(row);
      observer()?.tokenInserted(row);
    },
    updateToken(id, change) {
      inner.updateToken(id, change);
      observer()?.tokenUpdated(id, change);
    },
    insertMemory(row) {
      inner.insertMemory(row);
      observer()?.memoryInserted(row);
    },
    insertRequest(row) {
      inner.insertRequest(row);
      observer()?.requestWritten({ ...row });
    },
    updateRequest(id, change) {
      inner.updateRequest(id, change);
      const row = inner.request(id);
      if (row) observer()?.requestWritten(row);
    },
    insertRequestMessage(row) {
      inner.insertRequestMessage(row);
      observer()?.requestMessageInserted(row);
    },
  });
}
