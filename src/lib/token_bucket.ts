/** How many at once, and how many a second from then on. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Spreads what is taken out of it over time; never refuses anything. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #now: () => number;
  /** When it is full (again), on the clock of `now`. */
  #fullAtMs: number;

  /** @param now a monotonic clock in milliseconds */
  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#fullAtMs = now();
  }

  /** @returns how many milliseconds to wait for what was taken; 0 nearly always */
  take(): number {
    const { burst, perSecond } = this.#rate;
    const nowMs = this.#now();
    this.#fullAtMs = Math.max(this.#fullAtMs, nowMs) + 1000 / perSecond;
    return Math.max(0, this.#fullAtMs - nowMs - (1000 * burst) / perSecond);
  }

  /** Puts this many back, as far as they fit. */
  giveBack(count: number): void {
    this.#fullAtMs -= (1000 * count) / this.#rate.perSecond;
  }
}
