import type { RowRef } from "./delivery_state.ts";

/** What the state file holds; see DeliveryState. */
export interface Snapshot {
  readonly cursor: RowRef | undefined;
  /** What the cursor file held when this was written. */
  readonly mirrored: string | undefined;
  /** Handled rows above the cursor, and the last ones below it. */
  readonly handled: readonly string[];
}

const VERSION = 1;

/** The state file's text. */
export function serialiseSnapshot(snapshot: Snapshot): string {
  const { cursor, mirrored, handled } = snapshot;
  return JSON.stringify({
    version: VERSION,
    cursor: cursor?.id ?? null,
    cursor_created_at: cursor?.createdAt ?? "",
    mirrored: mirrored ?? null,
    handled,
  });
}

/** The snapshot in the text; `undefined` when there is none, or none that can be trusted. */
export function parseSnapshot(text: string | undefined): Snapshot | undefined {
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // The caller reports a file that says nothing.
  }
  if (json === null || typeof json !== "object") return undefined;
  const { version, cursor, cursor_created_at, mirrored, handled } = json as Record<string, unknown>;
  if (
    version !== VERSION || !isTextOrNull(cursor) || !isTextOrNull(mirrored) ||
    typeof cursor_created_at !== "string" || !Array.isArray(handled) ||
    !handled.every((id): id is string => typeof id === "string")
  ) return undefined;
  return {
    cursor: cursor === null ? undefined : { id: cursor, createdAt: cursor_created_at },
    mirrored: mirrored ?? undefined,
    handled,
  };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
