import { StoreError } from "./store.ts";

/** How a bounded store refuses: to a caller it is as when the database fails. */
export function tooMuch(what: string, most: number): StoreError {
  return new StoreError(`Cannot store more: at most ${most} ${what} are kept`);
}
