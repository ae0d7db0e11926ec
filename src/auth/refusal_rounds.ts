import { type Backoff, backoffMs, type Jitter, jittered } from "../lib/backoff.ts";
import { withTimeout } from "../lib/timeout.ts";

/** The time from one round of refused tokens to the next. */
const PAUSES: Backoff = { firstMs: 2_000, longestMs: 60_000 };
/** Jitter only ever shortens, so that a minute stays a minute. */
const JITTER: Jitter = { less: 0.25 };
/** A call that tries them for all may take minutes; the others wait at most this long for it. */
const PROBE_PATIENCE_MS = 5_000;

/** One call that finds out whether the platform takes a refused token again. */
export interface Probe {
  /** Lets the calls that wait for it continue. */
  end(): void;
}

/** Since when every token of a workspace is refused. */
export interface RefusedSince {
  readonly since: Date;
  readonly forMs: number;
}

/**
 * When refused tokens are tried again: all of them in turn, by one call on behalf of all that wait,
 * at growing intervals. The platform also answers 401 while its database is down, so a refusal is
 * not final.
 */
export class RefusalRounds {
  readonly #random: () => number;
  #began: { readonly date: Date; readonly atMs: number } | undefined;
  #rounds = 0;
  #notBeforeMs = 0;
  #probe: { readonly ended: Promise<void>; readonly expiresAtMs: number } | undefined;

  /** @param random a number in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** `undefined` while no round was refused since the last success. */
  get refusedSince(): RefusedSince | undefined {
    const began = this.#began;
    return began && { since: began.date, forMs: performance.now() - began.atMs };
  }

  /** Every token was refused: the next round comes later than this one did. */
  refused(): void {
    this.#began ??= { date: new Date(), atMs: performance.now() };
    this.#rounds += 1;
    const pauseMs = jittered(backoffMs(PAUSES, this.#rounds), JITTER, this.#random());
    this.#notBeforeMs = performance.now() + pauseMs;
  }

  /** A call succeeded. */
  over(): void {
    this.#began = undefined;
    this.restart();
  }

  /** The tokens have changed: if these are refused too, the pauses start from the beginning. */
  restart(): void {
    this.#rounds = 0;
    this.#notBeforeMs = 0;
  }

  /** There is a sign that it may succeed now; spread out, because many agents see the same sign. */
  hurry(): void {
    const soonMs = performance.now() + PAUSES.firstMs * this.#random();
    this.#notBeforeMs = Math.min(this.#notBeforeMs, soonMs);
  }

  /** How long it is until the next round, 0 when one may begin. */
  get heldBackMs(): number {
    return Math.max(0, this.#notBeforeMs - performance.now());
  }

  /** Begins a round; `undefined` while another call has one under way. */
  probe(): Probe | undefined {
    if (this.#probe && performance.now() < this.#probe.expiresAtMs) return undefined;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const probe = { ended, expiresAtMs: performance.now() + PROBE_PATIENCE_MS };
    this.#probe = probe;
    return {
      end: () => {
        if (this.#probe === probe) this.#probe = undefined;
        resolve();
      },
    };
  }

  /** Resolves when the round that is under way has ended, takes too long, or the signal fires. */
  async probed(signal: AbortSignal): Promise<void> {
    const probe = this.#probe;
    if (!probe || signal.aborted) return;
    await withTimeout(probe.ended, Math.max(0, probe.expiresAtMs - performance.now()), signal);
  }
}
