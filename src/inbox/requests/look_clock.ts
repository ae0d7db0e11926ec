import { sleep } from "../../lib/sleep.ts";
import { WakeSignal } from "../../lib/wake_signal.ts";
import {
  FIRST_PAUSE_MS,
  leastPauseMs,
  type LookConditions,
  type LookOutcome,
  lookPauseMs,
  spreadMs,
} from "./look_schedule.ts";

/** What the clock goes by. */
export interface LookClockOptions {
  readonly conditions: () => Pick<LookConditions, "streaming" | "waiting">;
  /** How many workspaces of this process look. */
  readonly workspaceCount: number;
  /** A random number in [0, 1). */
  readonly random?: () => number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** When the next look at the inbox of requests is due. */
export class LookClock {
  readonly #conditions: LookClockOptions["conditions"];
  readonly #workspaceCount: number;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #wake = new WakeSignal();
  /** An event asked for a look. */
  #isWanted = false;
  /** An event asked for the look that is made. */
  #wasWanted = false;
  /** When one is due because the stream has begun. */
  #dueMs = Infinity;
  #outcome: LookOutcome | undefined;
  /** Looks in a row that an event caused and that found nothing. */
  #fruitless = 0;

  constructor({ conditions, workspaceCount, random = Math.random, now }: LookClockOptions) {
    this.#workspaceCount = workspaceCount;
    this.#conditions = conditions;
    this.#random = random;
    this.#now = now ?? (() => performance.now());
  }

  /** There may be something new: looks soon. */
  wanted(): void {
    this.#isWanted = true;
    this.#wake.wake();
  }

  /**
   * The event stream has begun: what happened before made no event here. After an outage many clients
   * see that at the same time, and must not all look at once.
   */
  streamBegan(): void {
    if (this.#outcome?.missing) return;
    const withinMs = spreadMs(this.#workspaceCount, !this.#outcome, this.#random());
    this.#dueMs = Math.min(this.#dueMs, this.#now() + withinMs);
    this.#wake.wake();
  }

  /** The event stream has ended: from now on, time alone has to do. */
  streamEnded(): void {
    this.#wake.wake();
  }

  /** Waits for the first look: for the stream, which would cause a second one a moment later. */
  async first(signal: AbortSignal): Promise<void> {
    const longestMs = FIRST_PAUSE_MS + spreadMs(this.#workspaceCount, true, this.#random());
    await this.#until(() => longestMs, this.#now(), signal);
    this.#begin();
  }

  /** Waits for the next look. */
  async next(outcome: LookOutcome, signal: AbortSignal): Promise<void> {
    this.#outcome = outcome;
    this.#fruitless = this.#wasWanted && outcome.foundNothing ? this.#fruitless + 1 : 0;
    const sinceMs = this.#now();
    await sleep(leastPauseMs(this.#fruitless), signal);
    const random = this.#random();
    const workspaceCount = this.#workspaceCount;
    const pauseMs = () =>
      lookPauseMs({ ...outcome, ...this.#conditions(), workspaceCount }, random);
    await this.#until(pauseMs, sinceMs, signal);
    this.#begin();
  }

  /** A look begins: what is announced from now on wants another one. */
  #begin(): void {
    this.#wasWanted = this.#isWanted;
    this.#isWanted = false;
    this.#dueMs = Infinity;
  }

  /** @param pauseMs it depends on the stream and on who waits */
  async #until(pauseMs: () => number, sinceMs: number, signal: AbortSignal): Promise<void> {
    const leftMs = () => Math.min(sinceMs + pauseMs(), this.#dueMs) - this.#now();
    await this.#wake.until({ leftMs, isWanted: () => this.#isWanted }, signal);
  }
}
