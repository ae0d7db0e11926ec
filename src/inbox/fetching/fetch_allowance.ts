/** Fetches that may be made at once although nothing came of the ones before. */
const SAVINGS = 20;

/**
 * How many fetches that bring nothing one workspace makes: as many as the schedule's pace has, and
 * a few saved up. So a flood of events, a stream that opens and closes all the time, or an answer
 * that takes several requests each time makes no more requests in an hour than quiet does.
 */
export class FetchAllowance {
  readonly #now: () => number;
  #savings = SAVINGS;
  /** Until when savings are counted, and at which pace they have grown since. */
  #countedMs: number;
  #paceMs = Infinity;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedMs = now();
  }

  /** One request is made. */
  spend(): void {
    this.#savings -= 1;
  }

  /** The agent asked for one. */
  grant(): void {
    this.#savings = Math.min(this.#savings + 1, SAVINGS);
  }

  /**
   * There was something new: this fetch, and as many more as a second event for the same row may
   * cause, cost nothing.
   */
  news(): void {
    this.#savings = Math.min(Math.max(this.#savings, 0) + 2, SAVINGS);
  }

  /** Whether another one may be made at once. */
  get covers(): boolean {
    this.#count();
    return this.#savings >= 1;
  }

  /**
   * Milliseconds until the next one may be made; 0 nearly always.
   *
   * @param paceMs the time between two fetches from now on
   */
  waitMs(paceMs: number): number {
    this.#count();
    this.#paceMs = paceMs;
    return Math.max(0, Math.ceil((1 - this.#savings) * paceMs));
  }

  #count(): void {
    const nowMs = this.#now();
    const grown = (nowMs - this.#countedMs) / this.#paceMs;
    this.#countedMs = nowMs;
    this.#savings = Math.min(this.#savings + grown, SAVINGS);
  }
}
