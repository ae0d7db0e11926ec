import { key } from "./keys.ts";
import type { UploadRow } from "./rows.ts";
import { fromText, type SqliteFile, toText } from "./sqlite_file.ts";

/** The uploaded files in the file; `PlatformStore` says what each does. */
export class SqliteUploads {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  insert(rows: UploadRow[]): void {
    this.#file.whole(() => {
      for (const { content, ...row } of rows) {
        const id = key(row.id);
        this.#file.run(
          "INSERT OR REPLACE INTO upload (id, workspace_id, content, row) VALUES (?, ?, ?, ?)",
          ...[id, key(row.workspaceId), content, toText({ ...row, id })],
        );
      }
    });
  }

  one(workspaceId: string, id: string): UploadRow | undefined {
    const found = this.#file.statement(
      "SELECT row, content FROM upload WHERE id = ? AND workspace_id = ?",
    )
      .get(key(id), key(workspaceId));
    if (!found || !(found.content instanceof Uint8Array)) return undefined;
    const row: Omit<UploadRow, "content"> = fromText(found.row);
    return { ...row, content: new Uint8Array(found.content) };
  }

  update(id: string, change: Pick<UploadRow, "ackedAt">): void {
    this.#file.change(
      "upload",
      key(id),
      this.#file.one("SELECT row FROM upload WHERE id = ?", key(id)),
      change,
    );
  }
}
