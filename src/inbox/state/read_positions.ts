import type { RowRef } from "./delivery_snapshot.ts";

/**
 * One pass goes forward to the end of the log; if it had to defer rows for lack of room, a second
 * one follows it and backfills these.
 */
export type Pass = "forward" | "backfill";

/** How far the two passes over a workspace's activity log have got. */
export class ReadPositions {
  #forward: ReadPosition;
  /** Only while rows are deferred. */
  #backfill: ReadPosition | undefined;
  /** The first row that is still deferred, given the backfill's progress. */
  #firstDeferred: RowRef | undefined;
  /** The row that the forward pass has left for the next fetch. */
  #next: RowRef | undefined;

  /** @param start the row after which the log continues; undefined means by time */
  constructor(start?: RowRef) {
    this.#forward = new ReadPosition(start);
  }

  /** The `since_id` of a pass's next fetch; `undefined` means a fetch by time. */
  sinceId(pass: Pass): string | undefined {
    return (pass === "forward" ? this.#forward : this.#backfill)?.id;
  }

  /** Whether there are deferred rows, and so a backfill. */
  get hasDeferred(): boolean {
    return this.#backfill !== undefined;
  }

  /** When the first known row that was not taken was made, as the platform wrote it. */
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
   * Continues after the row.
   *
   * @returns whether it is ahead of deferred rows
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

  /** Defers the row, the pass's next one. A backfill will meet it again. */
  defer(row: RowRef, pass: Pass): void {
    const backfills = this.#backfill !== undefined && pass === "backfill";
    if (backfills || !this.#backfill) this.#firstDeferred = row;
    if (backfills) this.#backfill = this.#backfill?.before(row);
    else {
      this.#backfill ??= this.#forward.before(row);
      this.#forward.moveBehind(row);
    }
  }

  /** Ends the fetch before the row, the pass's next one: the next fetch will meet it again. */
  leave(row: RowRef, pass: Pass): void {
    if (this.#backfill && pass === "backfill") {
      this.#backfill = this.#backfill.before(row);
    } else {
      this.#forward = this.#forward.before(row);
      this.#next = row;
    }
  }

  /** The backfill has reached the end of the log. */
  endBackfill(): void {
    if (this.#backfill?.id !== undefined) this.#forward = this.#backfill;
    this.#backfill = undefined;
  }

  /** Starts all over again, by time. */
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

  /** @param last the row after which it continues; undefined means by time */
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

  /** The position from which the pass will meet this row, its next one, again. */
  before(row: RowRef): ReadPosition {
    return new ReadPosition(row.createdAt === this.#last?.createdAt ? this.#earlier : this.#last);
  }
}
