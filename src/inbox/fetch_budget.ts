/** What the platform grants a caller is 600 requests a minute (platform-api 1.5): half of that … */
const BURST = 300;
/** … at once, and this from then on leave room for the agent's own calls in any minute. */
const PER_SECOND = 4;

/**
 * What all pollers of a process may fetch together, however often they are woken: a flood of events
 * or of short waits must not use up the rate limit that heartbeats and tools share. Only spreads
 * fetches over time, never refuses one.
 */
export class FetchBudget {
  readonly #now: () => number;
  /** When the budget is full (again), on the clock of `now`. */
  #fullAtMs: number;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#fullAtMs = now();
  }

  /**
   * Takes one fetch out of the budget.
   *
   * @returns how many milliseconds to wait before it; 0 nearly always
   */
  take(): number {
    const nowMs = this.#now();
    this.#fullAtMs = Math.max(this.#fullAtMs, nowMs) + 1000 / PER_SECOND;
    return Math.max(0, this.#fullAtMs - nowMs - (1000 * BURST) / PER_SECOND);
  }
}
