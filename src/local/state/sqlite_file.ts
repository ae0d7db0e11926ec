/**
 * The file of the store: SQLite, which is built into Deno.
 *
 * @module
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { StoreError } from "./store.ts";

/** Grows when an older version of the program could not read the tables any more. */
const SCHEMA_VERSION = 1;
/** Written into the file's head, so that another program's database is not taken for one of these. */
const APPLICATION_ID = 0x4d6f6c65;
/** Each row is JSON, beside what it is found by. */
const TABLES = `
CREATE TABLE workspace (id TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT;
CREATE TABLE token (
  id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, hash TEXT NOT NULL, is_live INTEGER NOT NULL,
  row TEXT NOT NULL
) STRICT;
CREATE INDEX token_of_workspace ON token (workspace_id);
CREATE INDEX token_by_hash ON token (hash);
CREATE TABLE activity (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, workspace_id TEXT NOT NULL,
  source_id TEXT, target_id TEXT, type TEXT NOT NULL, method TEXT, created_at INTEGER NOT NULL,
  idempotency_key TEXT, message_id TEXT, row TEXT NOT NULL
) STRICT;
CREATE INDEX activity_of_workspace ON activity (workspace_id, seq);
CREATE INDEX activity_by_message ON activity (workspace_id, message_id);
CREATE TABLE acknowledged (workspace_id TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE queue (
  id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, status TEXT NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE INDEX queue_of_workspace ON queue (workspace_id, status);
CREATE TABLE upload (
  id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, content BLOB NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE TABLE memory (id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, row TEXT NOT NULL) STRICT;
`;
/** Those that came later, also to a file that an older version of the program made. */
const LATER_TABLES = `
CREATE TABLE IF NOT EXISTS request (
  id TEXT PRIMARY KEY, requester_id TEXT NOT NULL, recipient_type TEXT NOT NULL,
  recipient_id TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS request_by_requester ON request (requester_id);
CREATE INDEX IF NOT EXISTS request_by_recipient ON request (recipient_id);
CREATE TABLE IF NOT EXISTS request_message (
  id TEXT PRIMARY KEY, request_id TEXT NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS request_message_of_request ON request_message (request_id);
`;

/** An open file, and the few ways in which the store asks it. */
export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * Takes the file for this process alone, and makes the tables in a new one.
   *
   * @throws {Error} when the file is of something else or of a newer version, or another process has it
   */
  constructor(database: DatabaseSync) {
    this.#database = database;
    // Held until the end, by a lock of the system's: it goes with the process.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    if (database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) {
      // What was written outlives the process; only a power failure may take the last moments.
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      database.exec(
        `BEGIN IMMEDIATE; ${TABLES} ${LATER_TABLES} PRAGMA application_id = ${APPLICATION_ID}; ` +
          `PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`,
      );
      return;
    }
    if (this.#pragma("application_id") !== APPLICATION_ID) {
      throw new Error("it is the database of another program");
    }
    const version = this.#pragma("user_version");
    if (version > SCHEMA_VERSION) {
      throw new Error(
        `a newer version of molecule-mcp wrote it (format ${version}): upgrade this one`,
      );
    }
    // Takes the lock, too.
    database.exec(`PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; ${LATER_TABLES} COMMIT`);
  }

  /** Lets go of the file; nothing may follow. */
  close(): void {
    this.#database.close();
  }

  /** The first row that is found, of JSON in the column `row`. */
  one<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    const found = this.statement(sql).get(...values);
    return found && fromText<T>(found.row);
  }

  /** All rows that are found, of JSON in the column `row`. */
  all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.statement(sql).all(...values).map(({ row }) => fromText<T>(row));
  }

  /** Writes. @throws {StoreError} */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastInsertRowid: number } {
    try {
      const { changes, lastInsertRowid } = this.statement(sql).run(...values);
      return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreError(`Cannot write to the database: ${reason}`, { cause: error });
    }
  }

  /** Changes what a row is not found by; nothing without a row. */
  change<T extends object>(
    table: "workspace" | "activity" | "upload",
    id: string,
    row: T | undefined,
    change: Partial<T>,
  ): void {
    if (!row) return;
    this.run(`UPDATE ${table} SET row = ? WHERE id = ?`, toText({ ...row, ...change }), id);
  }

  /** Does several things, or none of them. */
  whole(work: () => void): void {
    this.run("BEGIN IMMEDIATE");
    try {
      work();
      this.run("COMMIT");
    } catch (error) {
      this.run("ROLLBACK");
      throw error;
    }
  }

  /** Each is prepared once: there are few, and they are used all the time. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #pragma(name: "application_id" | "user_version"): number {
    return Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}

/** A row as the file has it; what is undefined is left out, as NULL is. */
export function toText(row: object): string {
  return JSON.stringify(row);
}

/** A row that `toText` wrote. */
export function fromText<T>(text: unknown): T {
  return JSON.parse(String(text));
}
