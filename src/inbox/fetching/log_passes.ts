import type { RowRef } from "../state/delivery_snapshot.ts";
import { RowPosition } from "./row_position.ts";

/** One goes to the end of the log, one after it over what the first one passed over. */
export type Pass = "forward" | "catching up";

/** How far the two passes over a workspace's activity log have come. */
export class LogPasses {
  #forward: RowPosition;
  /** Only while rows are passed over. */
  #catchingUp: RowPosition | undefined;
  #gap: RowRef | undefined;
  /** The row that the first pass has left for the next fetch. */
  #next: RowRef | undefined;

  /** @param start the row behind which the log goes on; undefined means by time */
  constructor(start?: RowRef) {
    this.#forward = new RowPosition(start);
  }

  /** The `since_id` of a pass's next fetch; `undefined` means a fetch by time. */
  position(pass: Pass): string | undefined {
    return (pass === "forward" ? this.#forward : this.#catchingUp)?.id;
  }

  /** Whether there are rows that were passed over, and so a pass that catches up. */
  get hasPassedOver(): boolean {
    return this.#catchingUp !== undefined;
  }

  /** When the first row was made that is known and not taken, as the platform wrote it. */
  get gapAt(): string | undefined {
    return this.#firstLeft?.createdAt;
  }

  /** The number of that row. */
  get gapSeq(): number | undefined {
    return this.#firstLeft?.seq;
  }

  get #firstLeft(): RowRef | undefined {
    return this.#catchingUp ? this.#gap : this.#next;
  }

  /**
   * Goes on behind the row.
   *
   * @returns whether it is ahead of rows that were passed over
   */
  see(row: RowRef, pass: Pass): boolean {
    if (row.id === this.#next?.id) this.#next = undefined;
    if (!this.#catchingUp || pass === "forward") {
      this.#forward.pass(row);
      return this.#catchingUp !== undefined;
    }
    this.#catchingUp.pass(row);
    if (row.id === this.#forward.id) this.#catchingUp = undefined;
    return false;
  }

  /** Leaves the row, the pass's next one, for later. A pass that catches up comes upon it again. */
  passOver(row: RowRef, pass: Pass): void {
    const catchesUp = this.#catchingUp !== undefined && pass === "catching up";
    if (catchesUp || !this.#catchingUp) this.#gap = row;
    if (catchesUp) this.#catchingUp = this.#catchingUp?.before(row);
    else {
      this.#catchingUp ??= this.#forward.before(row);
      this.#forward.pass(row);
    }
  }

  /** Ends the fetch before the row, the pass's next one: the next fetch comes upon it again. */
  leave(row: RowRef, pass: Pass): void {
    if (this.#catchingUp && pass === "catching up") {
      this.#catchingUp = this.#catchingUp.before(row);
    } else {
      this.#forward = this.#forward.before(row);
      this.#next = row;
    }
  }

  /** The pass that catches up has come to the end of the log. */
  caughtUp(): void {
    if (this.#catchingUp?.id !== undefined) this.#forward = this.#catchingUp;
    this.#catchingUp = undefined;
  }

  /** All over again, by time. */
  restart(): void {
    this.#forward = new RowPosition();
    this.#catchingUp = this.#next = undefined;
  }
}
