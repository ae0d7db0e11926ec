/**
 * The store of the local platform, behind one interface. Operations are synchronous, so that no
 * other request can come between a check and the write that depends on it.
 *
 * @module
 */
import type {
  ActivityRow,
  MemoryRow,
  PartyType,
  QueueRow,
  RequestKind,
  RequestMessageRow,
  RequestRow,
  RequestStatus,
  TokenRow,
  UploadRow,
  WorkspaceRow,
} from "./rows.ts";
import type { Micros } from "./timestamps.ts";

/** Filters of the activity log; all that are given must hold. */
export interface ActivityFilter {
  activityType?: string;
  method?: string;
  source?: "canvas" | "agent";
  /** Strictly newer than this row. */
  after?: { createdAt: Micros; seq: number };
  /** At this time or newer. */
  since?: Micros;
  /** Strictly older. */
  before?: Micros;
  /** Source or target is this workspace. */
  peerId?: string;
  idempotencyKey?: string;
  order: "oldest first" | "newest first";
  limit: number;
}

/** Filters of the requests; all that are given must hold, and texts are compared exactly. */
export interface RequestFilter {
  requesterId?: string;
  recipientType?: PartyType;
  recipientId?: string;
  kind?: RequestKind;
  /** One of these. */
  status?: readonly RequestStatus[];
  /** The newest so many. */
  limit: number;
}

/** What changes in a request. */
export type RequestChange = Partial<
  Pick<
    RequestRow,
    "status" | "responderType" | "responderId" | "updatedAt" | "respondedAt" | "nudgedAt"
  >
>;

/**
 * The database failed. As with PostgreSQL, an id that is not a UUID is such a failure, too; the
 * handlers turn it into the status that the platform answers with.
 */
export class StoreError extends Error {
  override name = "StoreError";
}

/**
 * The store. Reads return copies; an update of a row that does not exist does nothing. Every method
 * may throw {@linkcode StoreError}, and does for an id that is not a UUID.
 */
export interface PlatformStore {
  insertWorkspace(row: WorkspaceRow): void;
  workspace(id: string): WorkspaceRow | undefined;
  /** All workspaces, in the order of insertion, also removed ones. */
  workspaces(): WorkspaceRow[];
  /** The parent's id, null for a root, undefined for an unknown workspace. */
  parentOf(id: string): string | null | undefined;
  updateWorkspace(id: string, change: Partial<Omit<WorkspaceRow, "id">>): void;

  insertToken(row: TokenRow): void;
  /** The unrevoked tokens of the workspace, oldest first. */
  liveTokens(workspaceId: string): TokenRow[];
  /** The unrevoked token with this hash, unless its workspace is removed or unknown. */
  liveTokenByHash(hash: string): TokenRow | undefined;
  updateToken(id: string, change: Pick<Partial<TokenRow>, "lastUsedAt" | "revokedAt">): void;

  /** Appends a row and returns it with its position. */
  insertActivity(row: Omit<ActivityRow, "seq">): ActivityRow;
  activity(workspaceId: string, filter: ActivityFilter): ActivityRow[];
  activityRow(workspaceId: string, id: string): ActivityRow | undefined;
  /** The row of an inbound message, by the message's id. */
  activityByMessage(workspaceId: string, messageId: string): ActivityRow | undefined;
  updateActivity(
    id: string,
    change: Pick<Partial<ActivityRow>, "status" | "summary" | "errorDetail" | "responseBody">,
  ): void;
  /** Removes the rows for which the test holds and returns their number. */
  pruneActivity(workspaceId: string, remove: (row: ActivityRow) => boolean): number;
  /** Raises the acknowledged position (it never falls) and returns it. */
  acknowledgeActivity(workspaceId: string, seq: number): number;

  insertQueueItem(row: QueueRow): void;
  queueItem(id: string): QueueRow | undefined;
  /** The waiting items of the target, oldest first. */
  queuedFor(workspaceId: string): QueueRow[];
  updateQueueItem(id: string, change: Partial<Omit<QueueRow, "id">>): void;

  /** All or nothing. */
  insertUploads(rows: UploadRow[]): void;
  upload(workspaceId: string, id: string): UploadRow | undefined;
  updateUpload(id: string, change: Pick<UploadRow, "ackedAt">): void;

  insertMemory(row: MemoryRow): void;
  /** All memories, newest first. */
  memories(): MemoryRow[];
  /** Deletes the row if it belongs to the workspace; returns whether it did. */
  deleteMemory(workspaceId: string, id: string): boolean;

  /** @throws {StoreError} also for a NUL in a text and for a priority that needs more than 16 bits */
  insertRequest(row: RequestRow): void;
  request(id: string): RequestRow | undefined;
  updateRequest(id: string, change: RequestChange): void;
  /** Newest first. */
  requests(filter: RequestFilter): RequestRow[];
  /** @throws {StoreError} also for a NUL in a text */
  insertRequestMessage(row: RequestMessageRow): void;
  /** Oldest first. @param limit The oldest so many */
  requestMessages(requestId: string, limit: number): RequestMessageRow[];
}
