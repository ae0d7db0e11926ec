import { isBefore } from "./row_time.ts";

/** The parts of a row that delivery needs. */
export interface RowRef {
  readonly id: string;
  /** RFC 3339, as the platform wrote it; empty if there is none. */
  readonly createdAt: string;
  /** Its number on the platform, where there are any (N2); not kept on disk. */
  readonly seq?: number;
}

/** The cursor's id before any row is handled; its time is then the start of receiving. */
export const NO_ROW = "";

/**
 * The cursor after one more handled row. It never goes back in time, although after a reset old
 * rows may be seen again after new ones.
 */
export function newerCursor(cursor: RowRef | undefined, row: RowRef): RowRef {
  if (cursor && cursor.id !== NO_ROW && isBefore(row.createdAt, cursor.createdAt)) return cursor;
  return { id: row.id, createdAt: row.createdAt, seq: row.seq };
}

/** What the state file holds; src/inbox/state/delivery_state.ts says what it means. */
export interface Snapshot {
  readonly cursor: RowRef | undefined;
  /** What the cursor file held when this was written. */
  readonly mirrored: string | undefined;
  /** Handled rows above the cursor. */
  readonly above: readonly string[];
  /** The last handled rows below it, the cursor's own included. */
  readonly below: readonly string[];
}

const VERSION = 1;

/** The state file's text. */
export function serialiseSnapshot(snapshot: Snapshot): string {
  const { cursor, mirrored, above, below } = snapshot;
  return JSON.stringify({
    version: VERSION,
    cursor: cursor?.id ?? null,
    cursor_created_at: cursor?.createdAt ?? "",
    mirrored: mirrored ?? null,
    above,
    below,
  });
}

/** The snapshot in the text; `undefined` when there is none that can be trusted. */
export function parseSnapshot(text: string | undefined): Snapshot | undefined {
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // The caller reports an unusable file.
  }
  if (json === null || typeof json !== "object") return undefined;
  const { version, cursor, cursor_created_at, mirrored, above, below } = json as Record<
    string,
    unknown
  >;
  if (
    version !== VERSION || !isTextOrNull(cursor) || !isTextOrNull(mirrored) ||
    typeof cursor_created_at !== "string" || !isTextList(above) || !isTextList(below)
  ) return undefined;
  return {
    cursor: cursor === null ? undefined : { id: cursor, createdAt: cursor_created_at },
    mirrored: mirrored ?? undefined,
    above,
    below,
  };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
