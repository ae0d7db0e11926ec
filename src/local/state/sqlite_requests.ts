import type { SQLInputValue } from "node:sqlite";
import { key, storable } from "./keys.ts";
import type { RequestMessageRow, RequestRow } from "./rows.ts";
import { type SqliteFile, toText } from "./sqlite_file.ts";
import type { RequestChange, RequestFilter } from "./store.ts";

/** The requests in the file; `PlatformStore` says what each does. */
export class SqliteRequests {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  insert(row: RequestRow): void {
    const { requesterId, recipientType, recipientId, kind, status } = storable(row);
    const id = key(row.id);
    this.#file.run(
      "INSERT INTO request (id, requester_id, recipient_type, recipient_id, kind, status, row) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[id, requesterId, recipientType, recipientId, kind, status, toText({ ...row, id })],
    );
  }

  one(id: string): RequestRow | undefined {
    return this.#file.one("SELECT row FROM request WHERE id = ?", key(id));
  }

  update(id: string, change: RequestChange): void {
    const row = this.one(id);
    if (!row) return;
    const changed = { ...row, ...change };
    this.#file.run(
      "UPDATE request SET row = ?, status = ? WHERE id = ?",
      ...[toText(changed), changed.status, key(id)],
    );
  }

  find({ limit, status, ...filter }: RequestFilter): RequestRow[] {
    const { requesterId, recipientType, recipientId, kind } = filter;
    const conditions: [string, ...SQLInputValue[]][] = [];
    if (requesterId !== undefined) conditions.push(["requester_id = ?", requesterId]);
    if (recipientType !== undefined) conditions.push(["recipient_type = ?", recipientType]);
    if (recipientId !== undefined) conditions.push(["recipient_id = ?", recipientId]);
    if (kind !== undefined) conditions.push(["kind = ?", kind]);
    if (status) conditions.push([`status IN (${status.map(() => "?").join(", ")})`, ...status]);
    const where = conditions.map(([condition]) => condition).join(" AND ");
    return this.#file.all(
      `SELECT row FROM request ${where && `WHERE ${where}`} ORDER BY rowid DESC LIMIT ?`,
      ...conditions.flatMap(([, ...values]) => values),
      limit,
    );
  }

  insertMessage(row: RequestMessageRow): void {
    const [id, requestId] = [key(row.id), key(row.requestId)];
    this.#file.run(
      "INSERT INTO request_message (id, request_id, row) VALUES (?, ?, ?)",
      ...[id, requestId, toText({ ...storable(row), id, requestId })],
    );
  }

  messages(requestId: string, limit: number): RequestMessageRow[] {
    return this.#file.all(
      "SELECT row FROM request_message WHERE request_id = ? ORDER BY rowid LIMIT ?",
      key(requestId),
      limit,
    );
  }
}
