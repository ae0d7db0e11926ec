import { isUuid } from "../../lib/uuid.ts";
import type { RequestMessageRow, RequestRow } from "./rows.ts";
import { StoreError } from "./store.ts";

const MOST_PRIORITY = 2 ** 15 - 1;
const LEAST_PRIORITY = -(2 ** 15);

/** The key of a row: UUIDs compare without regard to case. @throws {StoreError} for anything else */
export function key(id: string): string {
  if (!isUuid(id)) {
    throw new StoreError(`Cannot look up ${JSON.stringify(id)}: expected a UUID`);
  }
  return id.toLowerCase();
}

/** The row, if the columns of the database take it. @throws {StoreError} */
export function storable<T extends RequestRow | RequestMessageRow>(row: T): T {
  const values: [string, unknown][] = Object.entries(row);
  for (const [column, value] of values) {
    if (typeof value === "string" && value.includes("\0")) {
      throw new StoreError(`Cannot store ${column}: a text has no NUL`);
    }
  }
  const priority = "priority" in row ? row.priority ?? 0 : 0;
  if (priority < LEAST_PRIORITY || priority > MOST_PRIORITY) {
    throw new StoreError(`Cannot store the priority ${priority}: it has 16 bits`);
  }
  return row;
}
