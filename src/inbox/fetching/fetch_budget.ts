/** How many fetches may follow at once on ones that brought nothing. */
const BURST = 20;

/**
 * Bounds the fetches of one workspace that bring nothing: a token bucket, filled at the pace of the
 * schedule. So a flood of events, a stream that opens and closes all the time, or an answer that
 * takes several requests each time causes no more requests in an hour than an idle inbox.
 */
export class FetchBudget {
  readonly #now: () => number;
  #credit = BURST;
  /** Until when the credit is counted, and at which pace it has grown since. */
  #countedMs: number;
  #paceMs = Infinity;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedMs = now();
  }

  /** One request is made. */
  spend(): void {
    this.#credit -= 1;
  }

  /** The agent asked for a fetch: that one is at its expense. */
  grant(): void {
    this.#credit = Math.min(this.#credit + 1, BURST);
  }

  /**
   * There was something new: this fetch, and as many more as a second event for the same row may
   * cause, cost nothing.
   */
  refund(): void {
    this.#credit = Math.min(Math.max(this.#credit, 0) + 2, BURST);
  }

  /** Whether another one may be made at once. */
  get hasCredit(): boolean {
    this.#count();
    return this.#credit >= 1;
  }

  /**
   * Milliseconds until the next one may be made; 0 nearly always.
   *
   * @param paceMs the time between two fetches from now on
   */
  waitMs(paceMs: number): number {
    this.#count();
    this.#paceMs = paceMs;
    return Math.max(0, Math.ceil((1 - this.#credit) * paceMs));
  }

  #count(): void {
    const nowMs = this.#now();
    const grown = (nowMs - this.#countedMs) / this.#paceMs;
    this.#countedMs = nowMs;
    this.#credit = Math.min(this.#credit + grown, BURST);
  }
}
