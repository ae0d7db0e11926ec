import type { RowRef } from "./delivery_snapshot.ts";

/** A row above the cursor that this process has seen. */
export interface PendingRow extends RowRef {
  /** Popped, and recorded so on disk; or filtered. */
  done: boolean;
  /** Not for the agent. */
  filtered: boolean;
  /** An `acknowledge` of it is in progress. */
  popping: boolean;
}

/** A row as it is met. */
export function pendingRow(row: RowRef, done: boolean): PendingRow {
  return { ...row, done, filtered: false, popping: false };
}

/**
 * The rows above the cursor: those seen in order of arrival without a gap, along which the cursor
 * moves, and those seen ahead of a gap of deferred rows.
 */
export class PendingRows {
  readonly #inOrder = new Map<string, PendingRow>();
  readonly #ahead = new Map<string, PendingRow>();
  /** The last row in order and the one before. */
  #newest: readonly [PendingRow?, PendingRow?] = [];

  get size(): number {
    return this.#inOrder.size + this.#ahead.size;
  }

  /** The first row in order. */
  get first(): PendingRow | undefined {
    const [first] = this.#inOrder.values();
    return first;
  }

  get(id: string): PendingRow | undefined {
    return this.#inOrder.get(id) ?? this.#ahead.get(id);
  }

  isInOrder(id: string): boolean {
    return this.#inOrder.has(id);
  }

  /** The next row in order; if it was already seen ahead of a gap, its state is kept. */
  append(row: PendingRow): void {
    const known = this.#ahead.get(row.id) ?? row;
    this.#ahead.delete(row.id);
    this.#inOrder.set(known.id, known);
    this.#newest = [known, this.#newest[0]];
  }

  /** A row after deferred ones. */
  addAhead(row: PendingRow): void {
    this.#ahead.set(row.id, row);
  }

  /** Marks a row that is not for the agent. */
  filter(id: string): void {
    const row = this.get(id);
    if (!row || row.done) return;
    row.done = true;
    row.filtered = true;
    // Of consecutive filtered rows the cursor needs only the last. There may be thousands behind a
    // message that waits for days.
    const [newest, previous] = this.#newest;
    if (row === newest && previous?.filtered) this.#inOrder.delete(previous.id);
  }

  /**
   * The handled rows that the cursor may pass, and those above it. `since_id` leaves out rows of
   * its own row's microsecond (src/platform/API.md, "Read the activity log"): the cursor never
   * stands between two of these.
   *
   * @param notMet the times of rows that are not among these: the first that was deferred, and the
   * next one to be taken
   */
  handled(isDone: (row: PendingRow) => boolean, notMet: readonly (string | undefined)[]): {
    readonly leading: readonly PendingRow[];
    readonly above: readonly PendingRow[];
  } {
    const rows = [...this.#inOrder.values()];
    const firstWaiting = rows.findIndex((row) => !isDone(row));
    const nextAt = firstWaiting === -1 ? notMet : [rows[firstWaiting]?.createdAt];
    const done = firstWaiting === -1 ? rows : rows.slice(0, firstWaiting);
    // Rows without a time cannot be compared by it.
    const isCut = ({ createdAt }: PendingRow) => createdAt !== "" && nextAt.includes(createdAt);
    const leading = done.slice(0, done.findLastIndex((row) => !isCut(row)) + 1);
    const above = [...rows.slice(leading.length), ...this.#ahead.values()].filter(isDone);
    return { leading, above };
  }

  /** The numbers of waiting rows. */
  waitingSeqs(): number[] {
    return [...this.#inOrder.values(), ...this.#ahead.values()]
      .flatMap(({ done, seq }) => done || seq === undefined ? [] : [seq]);
  }

  /** Forgets rows that the cursor has passed. */
  remove(rows: readonly PendingRow[]): void {
    for (const { id } of rows) {
      this.#inOrder.delete(id);
      this.#ahead.delete(id);
    }
  }
}
