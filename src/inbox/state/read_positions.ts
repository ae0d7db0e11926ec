import type { RowRef } from "./delivery_snapshot.ts";

/**
 * One pass goes forward to the end of the log; while there are rows that it deferred for want of
 * room, a second one comes after it and backfills these.
 */
export type Pass = "forward" | "backfill";

/** How far the two passes over a workspace's activity log have come. */
export class ReadPositions {
  #forward: ReadPosition;
  /** Only while rows are deferred. */
  #backfill: ReadPosition | undefined;
  /** The first row that was deferred, as far as the backfill has come. */
  #firstDeferred: RowRef | undefined;
  /** The row that the forward pass has left for the next fetch. */
  #next: RowRef | undefined;

  /** @param start the row behind which the log goes on; undefined means by time */
  constructor(start?: RowRef) {
    this.#forward = new ReadPosition(start);
  }

  /** The `since_id` of a pass's next fetch; `undefined` means a fetch by time. */
  sinceId(pass: Pass): string | undefined {
    return (pass === "forward" ? this.#forward : this.#backfill)?.id;
  }

  /** Whether there are rows that were deferred, and so a backfill. */
  get hasDeferred(): boolean {
    return this.#backfill !== undefined;
  }

  /** When the first row was made that is known and not taken, as the platform wrote it. */
  get firstLeftAt(): string | undefined {
    return this.#firstLeft?.createdAt;
  }

  /** The number of that row. */
  get firstLeftSeq(): number | undefined {
    return this.#firstLeft?.seq;
  }

  get #firstLeft(): RowRef | undefined {
    return this.#backfill ? this.#firstDeferred : this.#next;
  }

  /**
   * Goes on behind the row.
   *
   * @returns whether it is ahead of rows that were deferred
   */
  see(row: RowRef, pass: Pass): boolean {
    if (row.id === this.#next?.id) this.#next = undefined;
    if (!this.#backfill || pass === "forward") {
      this.#forward.moveBehind(row);
      return this.#backfill !== undefined;
    }
    this.#backfill.moveBehind(row);
    if (row.id === this.#forward.id) this.#backfill = undefined;
    return false;
  }

  /** Defers the row, the pass's next one. A backfill comes upon it again. */
  defer(row: RowRef, pass: Pass): void {
    const backfills = this.#backfill !== undefined && pass === "backfill";
    if (backfills || !this.#backfill) this.#firstDeferred = row;
    if (backfills) this.#backfill = this.#backfill?.before(row);
    else {
      this.#backfill ??= this.#forward.before(row);
      this.#forward.moveBehind(row);
    }
  }

  /** Ends the fetch before the row, the pass's next one: the next fetch comes upon it again. */
  leave(row: RowRef, pass: Pass): void {
    if (this.#backfill && pass === "backfill") {
      this.#backfill = this.#backfill.before(row);
    } else {
      this.#forward = this.#forward.before(row);
      this.#next = row;
    }
  }

  /** The backfill has come to the end of the log. */
  endBackfill(): void {
    if (this.#backfill?.id !== undefined) this.#forward = this.#backfill;
    this.#backfill = undefined;
  }

  /** All over again, by time. */
  restart(): void {
    this.#forward = new ReadPosition();
    this.#backfill = this.#next = undefined;
  }
}

/**
 * How far one pass has come. `since_id` leaves out rows of its own row's microsecond
 * (src/platform/API.md, "Read the activity log"): to come back for a row one has to go on behind
 * one of an earlier instant.
 */
class ReadPosition {
  #last: RowRef | undefined;
  /** The last row of the instant before. */
  #earlier: RowRef | undefined;

  /** @param last the row behind which it goes on; undefined means by time */
  constructor(last?: RowRef) {
    this.#last = last;
  }

  get id(): string | undefined {
    return this.#last?.id;
  }

  moveBehind(row: RowRef): void {
    if (row.createdAt !== this.#last?.createdAt) this.#earlier = this.#last;
    this.#last = row;
  }

  /** The position of a pass that is to come upon this row, the next one, again. */
  before(row: RowRef): ReadPosition {
    return new ReadPosition(row.createdAt === this.#last?.createdAt ? this.#earlier : this.#last);
  }
}
