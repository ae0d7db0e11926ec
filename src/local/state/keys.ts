import { isUuid } from "../../lib/uuid.ts";
import { StoreError } from "./store.ts";

/** The key of a row: UUIDs compare without regard to case. @throws {StoreError} for anything else */
export function key(id: string): string {
  if (!isUuid(id)) {
    throw new StoreError(`Cannot look up ${JSON.stringify(id)}: expected a UUID`);
  }
  return id.toLowerCase();
}
