import type { SQLInputValue } from "node:sqlite";
import { key } from "./keys.ts";
import type { ActivityRow } from "./rows.ts";
import { fromText, type SqliteFile, toText } from "./sqlite_file.ts";
import type { ActivityFilter } from "./store.ts";

/** The activity log in the file; `PlatformStore` says what each does. */
export class SqliteActivity {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  insert(row: Omit<ActivityRow, "seq">): ActivityRow {
    const [targetId, sourceId] = [row.targetId, row.sourceId].map((id) => id && key(id));
    const workspaceId = key(row.workspaceId);
    const { lastInsertRowid } = this.#file.run(
      "INSERT INTO activity (id, workspace_id, source_id, target_id, type, method, created_at, " +
        "idempotency_key, message_id, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[key(row.id), workspaceId, sourceId ?? null, targetId ?? null, row.activityType],
      ...[row.method, row.createdAt, row.idempotencyKey ?? null, row.messageId ?? null],
      toText({ ...row, workspaceId }),
    );
    return { ...row, workspaceId, seq: lastInsertRowid };
  }

  find(workspaceId: string, filter: ActivityFilter): ActivityRow[] {
    const { activityType, method, source, after, since, before, peerId, idempotencyKey } = filter;
    const peer = peerId?.toLowerCase();
    const conditions: [string, ...SQLInputValue[]][] = [["workspace_id = ?", key(workspaceId)]];
    if (activityType !== undefined) conditions.push(["type = ?", activityType]);
    if (method !== undefined) conditions.push(["method = ?", method]);
    if (source === "canvas") conditions.push(["source_id IS NULL"]);
    if (source === "agent") conditions.push(["source_id IS NOT NULL"]);
    if (since !== undefined) conditions.push(["created_at >= ?", since]);
    if (before !== undefined) conditions.push(["created_at < ?", before]);
    if (idempotencyKey !== undefined) conditions.push(["idempotency_key = ?", idempotencyKey]);
    if (peer !== undefined) conditions.push(["(source_id = ? OR target_id = ?)", peer, peer]);
    if (after) conditions.push(["(created_at, seq) > (?, ?)", after.createdAt, after.seq]);
    return this.#rows(
      conditions.map(([condition]) => condition).join(" AND "),
      `ORDER BY seq ${filter.order === "newest first" ? "DESC" : "ASC"} LIMIT ?`,
      ...conditions.flatMap(([, ...values]) => values),
      filter.limit,
    );
  }

  row(workspaceId: string, id: string): ActivityRow | undefined {
    return this.#rows("workspace_id = ? AND id = ?", "", key(workspaceId), key(id))[0];
  }

  byMessage(workspaceId: string, messageId: string): ActivityRow | undefined {
    const found = "workspace_id = ? AND message_id = ?";
    return this.#rows(found, "ORDER BY seq DESC LIMIT 1", key(workspaceId), messageId)[0];
  }

  update(
    id: string,
    change: Pick<Partial<ActivityRow>, "status" | "summary" | "errorDetail" | "responseBody">,
  ): void {
    this.#file.change(
      "activity",
      key(id),
      this.#file.one("SELECT row FROM activity WHERE id = ?", key(id)),
      change,
    );
  }

  prune(workspaceId: string, remove: (row: ActivityRow) => boolean): number {
    const rows = this.#rows("workspace_id = ?", "ORDER BY seq", key(workspaceId));
    const removed = rows.filter((row) => remove(row));
    this.#file.whole(() => {
      for (const { seq } of removed) this.#file.run("DELETE FROM activity WHERE seq = ?", seq);
    });
    return removed.length;
  }

  acknowledge(workspaceId: string, seq: number): number {
    const id = key(workspaceId);
    this.#file.run(
      "INSERT INTO acknowledged (workspace_id, seq) VALUES (?, ?) " +
        "ON CONFLICT (workspace_id) DO UPDATE SET seq = max(seq, excluded.seq)",
      ...[id, seq],
    );
    const row = this.#file.statement("SELECT seq FROM acknowledged WHERE workspace_id = ?").get(id);
    return Number(row?.seq ?? seq);
  }

  #rows(where: string, rest: string, ...values: SQLInputValue[]): ActivityRow[] {
    const sql = `SELECT seq, row FROM activity WHERE ${where} ${rest}`;
    return this.#file.statement(sql).all(...values).map(({ seq, row }) => {
      const stored: Omit<ActivityRow, "seq"> = fromText(row);
      return { ...stored, seq: Number(seq) };
    });
  }
}
