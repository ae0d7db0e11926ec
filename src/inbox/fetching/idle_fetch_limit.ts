/** How many fetches that bring nothing may follow each other at once. */
const BURST = 20;

/**
 * Limits the fetches of one workspace that bring nothing, be it messages or requests: a token bucket, filled at the pace of the
 * schedule. So a flood of events, a stream that keeps opening and closing, or an answer that takes
 * several requests each time causes no more requests in an hour than an idle inbox.
 */
export class IdleFetchLimit {
  readonly #now: () => number;
  #credit = BURST;
  /** When the credit was last computed, and the pace at which it has grown since. */
  #countedMs: number;
  #paceMs: number;

  /**
   * @param now a monotonic clock in milliseconds
   * @param paceMs the time between two fetches, until `waitMs` says another
   */
  constructor(now: () => number = () => performance.now(), paceMs = Infinity) {
    this.#now = now;
    this.#paceMs = paceMs;
    this.#countedMs = now();
  }

  /** One request is made. */
  spend(): void {
    this.#credit -= 1;
  }

  /** The agent asked for a fetch: it does not count. */
  grant(): void {
    this.#credit = Math.min(this.#credit + 1, BURST);
  }

  /**
   * There was something new: this fetch costs nothing, nor do those that a second event for the
   * same row may cause.
   */
  refund(): void {
    this.#credit = Math.min(Math.max(this.#credit, 0) + 2, BURST);
  }

  /** Whether another fetch may be made at once. */
  get hasCredit(): boolean {
    this.#count();
    return this.#credit >= 1;
  }

  /**
   * Milliseconds until the next fetch may be made; almost always 0.
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
