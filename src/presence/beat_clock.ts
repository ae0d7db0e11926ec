import { sleep } from "../lib/sleep.ts";
import { WakeSignal } from "../lib/wake_signal.ts";

/**
 * Before a beat that was asked for: an answer is announced a moment before it can be handed out, and
 * many at once need no more than one beat.
 */
const SOON_MS = 300;

/** When heartbeats are due: on a fixed grid, so that slow answers do not add up. */
export class BeatClock {
  readonly #intervalMs: number;
  readonly #phase: number;
  readonly #now: () => number;
  readonly #wake = new WakeSignal();
  #dueMs = 0;
  #gapMs = 0;

  /**
   * @param phase the part of an interval between the first beat and the second, in (0, 1]
   * @param now a monotonic clock in milliseconds
   */
  constructor(intervalMs: number, phase: number, now: () => number) {
    this.#intervalMs = intervalMs;
    this.#phase = phase;
    this.#now = now;
  }

  /** A beat is made with which the grid begins. */
  start(): void {
    this.#dueMs = this.#now();
    this.#gapMs = this.#intervalMs * this.#phase;
  }

  /** One more beat is wanted soon. */
  soon(): void {
    this.#wake.wake();
  }

  /**
   * Waits until the next beat is due.
   *
   * @param beatNow called for each beat that is wanted meanwhile, which leaves the grid as it is
   */
  async next(signal: AbortSignal, beatNow: () => Promise<void>): Promise<void> {
    this.#dueMs = Math.max(this.#dueMs + this.#gapMs, this.#now());
    this.#gapMs = this.#intervalMs;
    while (await this.#wake.sleep(this.#dueMs - this.#now(), signal)) {
      await sleep(SOON_MS, signal);
      this.#wake.clear();
      if (signal.aborted || this.#now() >= this.#dueMs) break;
      await beatNow();
    }
    // What a machine that was asleep has missed is not made up for: the grid begins anew.
    if (this.#now() - this.#dueMs >= this.#intervalMs) this.start();
  }
}
