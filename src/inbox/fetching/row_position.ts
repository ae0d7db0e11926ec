import type { RowRef } from "../state/delivery_snapshot.ts";

/**
 * How far a pass over the activity log has come. `since_id` passes over rows of its own row's
 * microsecond (platform-api 11.1): to come back for a row one has to go on behind one of an earlier
 * instant.
 */
export class RowPosition {
  #last: RowRef | undefined;
  /** The last row of the instant before. */
  #earlier: RowRef | undefined;

  /** @param last the row behind which it goes on; undefined means by time */
  constructor(last?: RowRef) {
    this.#last = last;
  }

  /** The `since_id` of the next fetch; undefined means a fetch by time. */
  get id(): string | undefined {
    return this.#last?.id;
  }

  /** Goes on behind the row. */
  pass(row: RowRef): void {
    if (row.createdAt !== this.#last?.createdAt) this.#earlier = this.#last;
    this.#last = row;
  }

  /** The position of a pass that is to come upon this row, the next one, again. */
  before(row: RowRef): RowPosition {
    return new RowPosition(row.createdAt === this.#last?.createdAt ? this.#earlier : this.#last);
  }
}
