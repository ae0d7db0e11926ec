/**
 * The store in memory: gone when the process ends.
 *
 * @module
 */
import { key } from "./keys.ts";
import { MemoryRequests } from "./memory_requests.ts";
import type {
  ActivityRow,
  MemoryRow,
  QueueRow,
  RequestMessageRow,
  RequestRow,
  TokenRow,
  UploadRow,
  WorkspaceRow,
} from "./rows.ts";
import {
  type ActivityFilter,
  type PlatformStore,
  type RequestChange,
  type RequestFilter,
  StoreError,
} from "./store.ts";

/** A {@linkcode PlatformStore} that lives in this process. */
export class MemoryStore implements PlatformStore {
  readonly #workspaces = new Map<string, WorkspaceRow>();
  readonly #tokens = new Map<string, TokenRow>();
  readonly #tokenIdsByHash = new Map<string, string>();
  /** Per workspace, in the order of insertion, which is the order of `createdAt`. */
  readonly #activity = new Map<string, ActivityRow[]>();
  readonly #activityById = new Map<string, ActivityRow>();
  readonly #activityByMessage = new Map<string, ActivityRow>();
  readonly #acknowledged = new Map<string, number>();
  readonly #queue = new Map<string, QueueRow>();
  readonly #uploads = new Map<string, UploadRow>();
  readonly #memories = new Map<string, MemoryRow>();
  readonly #requests = new MemoryRequests();
  #seq = 0;

  insertWorkspace(row: WorkspaceRow): void {
    const id = key(row.id);
    if (this.#workspaces.has(id)) throw new StoreError(`Cannot insert workspace ${id}: it exists`);
    this.#workspaces.set(id, { ...row, id });
  }

  workspace(id: string): WorkspaceRow | undefined {
    return copy(this.#workspaces.get(key(id)));
  }

  workspaces(): WorkspaceRow[] {
    return [...this.#workspaces.values()].map((row) => ({ ...row }));
  }

  parentOf(id: string): string | null | undefined {
    return this.#workspaces.get(key(id))?.parentId;
  }

  updateWorkspace(id: string, change: Partial<Omit<WorkspaceRow, "id">>): void {
    assign(this.#workspaces.get(key(id)), change);
  }

  insertToken(row: TokenRow): void {
    this.#tokens.set(key(row.id), { ...row, workspaceId: key(row.workspaceId) });
    this.#tokenIdsByHash.set(row.hash, key(row.id));
  }

  liveTokens(workspaceId: string): TokenRow[] {
    const owner = key(workspaceId);
    return [...this.#tokens.values()]
      .filter((row) => row.workspaceId === owner && row.revokedAt === null)
      .map((row) => ({ ...row }));
  }

  liveTokenByHash(hash: string): TokenRow | undefined {
    const row = this.#tokens.get(this.#tokenIdsByHash.get(hash) ?? "");
    if (!row || row.revokedAt !== null) return undefined;
    const owner = this.#workspaces.get(row.workspaceId);
    return owner && owner.status !== "removed" ? { ...row } : undefined;
  }

  updateToken(id: string, change: Pick<Partial<TokenRow>, "lastUsedAt" | "revokedAt">): void {
    assign(this.#tokens.get(key(id)), change);
  }

  insertActivity(row: Omit<ActivityRow, "seq">): ActivityRow {
    if (row.targetId !== null) key(row.targetId);
    if (row.sourceId !== null) key(row.sourceId);
    const stored: ActivityRow = { ...row, workspaceId: key(row.workspaceId), seq: ++this.#seq };
    const log = this.#activity.get(stored.workspaceId) ?? [];
    log.push(stored);
    this.#activity.set(stored.workspaceId, log);
    this.#activityById.set(key(stored.id), stored);
    const { messageId } = stored;
    if (messageId !== undefined) {
      this.#activityByMessage.set(`${stored.workspaceId} ${messageId}`, stored);
    }
    return { ...stored };
  }

  activity(workspaceId: string, filter: ActivityFilter): ActivityRow[] {
    const log = this.#activity.get(key(workspaceId)) ?? [];
    const found: ActivityRow[] = [];
    const newestFirst = filter.order === "newest first";
    for (let i = 0; i < log.length && found.length < filter.limit; i++) {
      const row = log[newestFirst ? log.length - 1 - i : i];
      if (row && matches(row, filter)) found.push({ ...row });
    }
    return found;
  }

  activityRow(workspaceId: string, id: string): ActivityRow | undefined {
    const row = this.#activityById.get(key(id));
    return row?.workspaceId === key(workspaceId) ? { ...row } : undefined;
  }

  activityByMessage(workspaceId: string, messageId: string): ActivityRow | undefined {
    return copy(this.#activityByMessage.get(`${key(workspaceId)} ${messageId}`));
  }

  updateActivity(
    id: string,
    change: Pick<Partial<ActivityRow>, "status" | "summary" | "errorDetail" | "responseBody">,
  ): void {
    assign(this.#activityById.get(key(id)), change);
  }

  pruneActivity(workspaceId: string, remove: (row: ActivityRow) => boolean): number {
    const log = this.#activity.get(key(workspaceId)) ?? [];
    const kept: ActivityRow[] = [];
    for (const row of log) {
      if (remove({ ...row })) {
        this.#activityById.delete(key(row.id));
        this.#activityByMessage.delete(`${row.workspaceId} ${row.messageId}`);
      } else kept.push(row);
    }
    this.#activity.set(key(workspaceId), kept);
    return log.length - kept.length;
  }

  acknowledgeActivity(workspaceId: string, seq: number): number {
    const highest = Math.max(seq, this.#acknowledged.get(key(workspaceId)) ?? 0);
    this.#acknowledged.set(key(workspaceId), highest);
    return highest;
  }

  insertQueueItem(row: QueueRow): void {
    this.#queue.set(key(row.id), { ...row, workspaceId: key(row.workspaceId) });
  }

  queueItem(id: string): QueueRow | undefined {
    return copy(this.#queue.get(key(id)));
  }

  queuedFor(workspaceId: string): QueueRow[] {
    const target = key(workspaceId);
    return [...this.#queue.values()]
      .filter((row) => row.workspaceId === target && row.status === "queued")
      .map((row) => ({ ...row }));
  }

  updateQueueItem(id: string, change: Partial<Omit<QueueRow, "id">>): void {
    assign(this.#queue.get(key(id)), change);
  }

  insertUploads(rows: UploadRow[]): void {
    const keyed = rows.map((row) => ({ ...row, id: key(row.id) }));
    for (const row of keyed) this.#uploads.set(row.id, row);
  }

  upload(workspaceId: string, id: string): UploadRow | undefined {
    const row = this.#uploads.get(key(id));
    return row?.workspaceId === key(workspaceId) ? { ...row } : undefined;
  }

  updateUpload(id: string, change: Pick<UploadRow, "ackedAt">): void {
    assign(this.#uploads.get(key(id)), change);
  }

  insertMemory(row: MemoryRow): void {
    this.#memories.set(key(row.id), { ...row, workspaceId: key(row.workspaceId) });
  }

  memories(): MemoryRow[] {
    return [...this.#memories.values()].reverse().map((row) => ({ ...row }));
  }

  deleteMemory(workspaceId: string, id: string): boolean {
    if (this.#memories.get(key(id))?.workspaceId !== key(workspaceId)) return false;
    return this.#memories.delete(key(id));
  }

  insertRequest(row: RequestRow): void {
    this.#requests.insert(row);
  }

  request(id: string): RequestRow | undefined {
    return this.#requests.one(id);
  }

  updateRequest(id: string, change: RequestChange): void {
    this.#requests.update(id, change);
  }

  requests(filter: RequestFilter): RequestRow[] {
    return this.#requests.find(filter);
  }

  insertRequestMessage(row: RequestMessageRow): void {
    this.#requests.insertMessage(row);
  }

  requestMessages(requestId: string, limit: number): RequestMessageRow[] {
    return this.#requests.messages(requestId, limit);
  }
}

function copy<T extends object>(row: T | undefined): T | undefined {
  return row && { ...row };
}

function assign<T extends object>(row: T | undefined, change: Partial<T>): void {
  if (row) Object.assign(row, change);
}

function matches(row: ActivityRow, filter: ActivityFilter): boolean {
  const { activityType, method, source, after, since, before, peerId, idempotencyKey } = filter;
  if (activityType !== undefined && row.activityType !== activityType) return false;
  if (method !== undefined && row.method !== method) return false;
  if (source !== undefined && (source === "canvas") !== (row.sourceId === null)) return false;
  if (since !== undefined && row.createdAt < since) return false;
  if (before !== undefined && row.createdAt >= before) return false;
  if (idempotencyKey !== undefined && row.idempotencyKey !== idempotencyKey) return false;
  if (peerId !== undefined) {
    const peer = peerId.toLowerCase();
    if (row.sourceId?.toLowerCase() !== peer && row.targetId?.toLowerCase() !== peer) return false;
  }
  if (after === undefined) return true;
  return row.createdAt > after.createdAt ||
    (row.createdAt === after.createdAt && row.seq > after.seq);
}
