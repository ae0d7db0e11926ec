/**
 * The store in a file, so that a platform that is started again goes on.
 *
 * @module
 */
import { errorText } from "../../lib/error_text.ts";
import { key } from "./keys.ts";
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
import { SqliteActivity } from "./sqlite_activity.ts";
import { SqliteFile, toText } from "./sqlite_file.ts";
import { SqliteRequests } from "./sqlite_requests.ts";
import { SqliteUploads } from "./sqlite_uploads.ts";
import {
  type ActivityFilter,
  type PlatformStore,
  type RequestChange,
  type RequestFilter,
  StoreError,
} from "./store.ts";

/**
 * Opens the file, or makes it; its directory must be there. No other process can open it meanwhile.
 *
 * What an operation wrote survives the process, however that ends.
 *
 * @throws {Error} when it is no such file, is of a newer version, or another process has it
 */
export async function openSqliteStore(path: string): Promise<SqliteStore> {
  // Only where it is wanted: it is not loaded with everything else.
  const { DatabaseSync } = await import("node:sqlite");
  let database;
  try {
    database = new DatabaseSync(path);
    return new SqliteStore(new SqliteFile(database));
  } catch (error) {
    database?.close();
    const reason = errorText(error);
    const shown = reason.includes("locked") ? "another process has it open" : reason;
    throw new Error(`Cannot open ${path}: ${shown}`, { cause: error });
  }
}

/** A {@linkcode PlatformStore} whose rows are in a file. */
export class SqliteStore implements PlatformStore {
  readonly #file: SqliteFile;
  readonly #activity: SqliteActivity;
  readonly #uploads: SqliteUploads;
  readonly #requests: SqliteRequests;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.#activity = new SqliteActivity(file);
    this.#uploads = new SqliteUploads(file);
    this.#requests = new SqliteRequests(file);
  }

  /** Lets go of the file; nothing may follow. */
  close(): void {
    this.#file.close();
  }

  insertWorkspace(row: WorkspaceRow): void {
    const id = key(row.id);
    if (this.workspace(id)) throw new StoreError(`Cannot insert workspace ${id}: it exists`);
    this.#file.run("INSERT INTO workspace (id, row) VALUES (?, ?)", id, toText({ ...row, id }));
  }

  workspace(id: string): WorkspaceRow | undefined {
    return this.#file.one("SELECT row FROM workspace WHERE id = ?", key(id));
  }

  workspaces(): WorkspaceRow[] {
    return this.#file.all("SELECT row FROM workspace ORDER BY rowid");
  }

  parentOf(id: string): string | null | undefined {
    return this.workspace(id)?.parentId;
  }

  updateWorkspace(id: string, change: Partial<Omit<WorkspaceRow, "id">>): void {
    this.#file.change("workspace", key(id), this.workspace(id), change);
  }

  insertToken(row: TokenRow): void {
    const { hash, revokedAt } = row;
    const [id, workspaceId] = [key(row.id), key(row.workspaceId)];
    this.#file.run(
      "INSERT INTO token (id, workspace_id, hash, is_live, row) VALUES (?, ?, ?, ?, ?)",
      ...[id, workspaceId, hash, revokedAt === null ? 1 : 0, toText({ ...row, workspaceId })],
    );
  }

  liveTokens(workspaceId: string): TokenRow[] {
    return this.#file.all(
      "SELECT row FROM token WHERE workspace_id = ? AND is_live = 1 ORDER BY rowid",
      key(workspaceId),
    );
  }

  liveTokenByHash(hash: string): TokenRow | undefined {
    const row = this.#file.one<TokenRow>(
      "SELECT row FROM token WHERE hash = ? AND is_live = 1",
      hash,
    );
    const owner = row && this.workspace(row.workspaceId);
    return owner && owner.status !== "removed" ? row : undefined;
  }

  updateToken(id: string, change: Pick<Partial<TokenRow>, "lastUsedAt" | "revokedAt">): void {
    const row = this.#file.one<TokenRow>("SELECT row FROM token WHERE id = ?", key(id));
    if (!row) return;
    const changed = { ...row, ...change };
    this.#file.run(
      "UPDATE token SET row = ?, is_live = ? WHERE id = ?",
      ...[toText(changed), changed.revokedAt === null ? 1 : 0, key(id)],
    );
  }

  insertActivity(row: Omit<ActivityRow, "seq">): ActivityRow {
    return this.#activity.insert(row);
  }

  activity(workspaceId: string, filter: ActivityFilter): ActivityRow[] {
    return this.#activity.find(workspaceId, filter);
  }

  activityRow(workspaceId: string, id: string): ActivityRow | undefined {
    return this.#activity.row(workspaceId, id);
  }

  activityByMessage(workspaceId: string, messageId: string): ActivityRow | undefined {
    return this.#activity.byMessage(workspaceId, messageId);
  }

  updateActivity(id: string, change: Parameters<PlatformStore["updateActivity"]>[1]): void {
    this.#activity.update(id, change);
  }

  pruneActivity(workspaceId: string, remove: (row: ActivityRow) => boolean): number {
    return this.#activity.prune(workspaceId, remove);
  }

  acknowledgeActivity(workspaceId: string, seq: number): number {
    return this.#activity.acknowledge(workspaceId, seq);
  }

  insertQueueItem(row: QueueRow): void {
    const [id, workspaceId] = [key(row.id), key(row.workspaceId)];
    this.#file.run(
      "INSERT OR REPLACE INTO queue (id, workspace_id, status, row) VALUES (?, ?, ?, ?)",
      ...[id, workspaceId, row.status, toText({ ...row, workspaceId })],
    );
  }

  queueItem(id: string): QueueRow | undefined {
    return this.#file.one("SELECT row FROM queue WHERE id = ?", key(id));
  }

  queuedFor(workspaceId: string): QueueRow[] {
    return this.#file.all(
      "SELECT row FROM queue WHERE workspace_id = ? AND status = 'queued' ORDER BY rowid",
      key(workspaceId),
    );
  }

  updateQueueItem(id: string, change: Partial<Omit<QueueRow, "id">>): void {
    const row = this.queueItem(id);
    if (!row) return;
    const changed = { ...row, ...change };
    this.#file.run(
      "UPDATE queue SET row = ?, status = ? WHERE id = ?",
      ...[toText(changed), changed.status, key(id)],
    );
  }

  insertUploads(rows: UploadRow[]): void {
    this.#uploads.insert(rows);
  }

  upload(workspaceId: string, id: string): UploadRow | undefined {
    return this.#uploads.one(workspaceId, id);
  }

  updateUpload(id: string, change: Pick<UploadRow, "ackedAt">): void {
    this.#uploads.update(id, change);
  }

  insertMemory(row: MemoryRow): void {
    const workspaceId = key(row.workspaceId);
    this.#file.run(
      "INSERT OR REPLACE INTO memory (id, workspace_id, row) VALUES (?, ?, ?)",
      ...[key(row.id), workspaceId, toText({ ...row, workspaceId })],
    );
  }

  memories(): MemoryRow[] {
    return this.#file.all("SELECT row FROM memory ORDER BY rowid DESC");
  }

  deleteMemory(workspaceId: string, id: string): boolean {
    const where = "id = ? AND workspace_id = ?";
    return this.#file.run(`DELETE FROM memory WHERE ${where}`, key(id), key(workspaceId)).changes >
      0;
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
