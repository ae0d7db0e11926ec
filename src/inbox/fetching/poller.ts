import { PlatformError } from "../../platform/errors/platform_error.ts";
import { sleep } from "../../lib/sleep.ts";
import type { Log } from "../../safety/log.ts";
import { errorText } from "../../lib/error_text.ts";
import type { IdleFetchLimit } from "./idle_fetch_limit.ts";
import {
  freshForMs,
  nextPollMs,
  type PaceConditions,
  paceMs,
  type PollConditions,
  returnMs,
} from "./poll_schedule.ts";
import type { InboxProblem } from "../inbox.ts";
import { WakeSignal } from "../../lib/wake_signal.ts";

/** What a poller needs. */
export interface PollerOptions {
  readonly workspaceId: string;
  readonly conditions: () => PaceConditions;
  /** Shared with the consumer, which spends it. */
  readonly idleFetchLimit: IdleFetchLimit;
  readonly log: Log;
  /** Milliseconds until the next fetch; something other than the schedule's only in tests. */
  readonly pace?: (conditions: PollConditions) => number;
  /** A random number in [0, 1). */
  readonly random?: () => number;
}

/** The platform has not answered the workspace yet, at least not with an accepted token. */
export function unheard(workspaceId: string): InboxProblem {
  const text = `The platform has not yet answered for workspace ${workspaceId}`;
  return { kind: "unheard", text };
}

/** What a poller needs from the consumer of a log. */
export interface PollTarget {
  /** Fetches until nothing is left. */
  catchUp(signal: AbortSignal): Promise<void>;
  /** Milliseconds until a fetch is due even if nothing wakes the poller. */
  readonly dueInMs?: number;
}

/**
 * Fetches for one consumer: at once when woken, otherwise at the pace of the schedule. A failure
 * leaves the cursor unchanged and slows the poller down.
 */
export class Poller {
  readonly #consumer: PollTarget;
  readonly #options: PollerOptions;
  readonly #pace: (conditions: PollConditions) => number;
  readonly #random: () => number;
  readonly #wake = new WakeSignal();
  readonly #asked = Promise.withResolvers<void>();
  #failures = 0;
  #fetchedAtMs = -Infinity;
  /** Somebody woke it for a fetch, not for a new pace. */
  #isFetchWanted = false;
  #failure = "";
  #failingSinceMs = 0;
  #isAsked = false;
  #isRefused = false;
  #retryAfterMs: number | undefined;

  constructor(consumer: PollTarget, options: PollerOptions) {
    this.#consumer = consumer;
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#pace = options.pace ?? ((conditions) => nextPollMs(conditions, this.#random()));
  }

  /** Resolves once the platform has been asked for messages, whatever the result. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  /** Whether the last fetch failed because the token was refused. */
  get isRefused(): boolean {
    return this.#failures > 0 && this.#isRefused;
  }

  /**
   * Why there may be messages that are not known here; `undefined` when there is no such reason.
   */
  get problem(): InboxProblem | undefined {
    const { workspaceId } = this.#options;
    if (!this.#isAsked) return unheard(workspaceId);
    if (this.#failures === 0) return undefined;
    const seconds = Math.round((performance.now() - this.#failingSinceMs) / 1000);
    return { kind: "failing", text: `${this.#failure} (for ${seconds} s; retrying)` };
  }

  /** There may be something new: fetches now, or later if the platform asked for a pause. */
  wake(): void {
    this.#isFetchWanted = true;
    this.#wake.wake();
  }

  /** The platform answered another request: an outage may be over. */
  signOfLife(): void {
    if (this.#failures > 0) this.wake();
  }

  /**
   * The agent begins to wait: fetches now, without counting as an idle fetch, unless it just did
   * (`freshForMs`); then at the pace of a wait.
   */
  pollNow(): void {
    const ageMs = performance.now() - this.#fetchedAtMs;
    if (this.#failures === 0 && ageMs < freshForMs(this.#options.conditions())) {
      this.#wake.wake();
      return;
    }
    this.#options.idleFetchLimit.grant();
    this.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake.clear();
      this.#isFetchWanted = false;
      await this.#fetch(signal);
      // Checked only now, so that a wake-up during a fetch that ended the trouble counts.
      if (this.#failures === 0) await this.#pause(signal);
      else await this.#backOff(this.#pace(this.#conditions()), signal);
      await this.#untilAllowed(signal);
    }
  }

  /** Sleeps until a fetch is due or wanted; an agent that begins to wait changes the pace. */
  async #pause(signal: AbortSignal): Promise<void> {
    const beginMs = performance.now();
    const leftMs = () => {
      const ofPaceMs = beginMs + this.#pace(this.#conditions()) - performance.now();
      return Math.min(ofPaceMs, this.#consumer.dueInMs ?? Infinity);
    };
    await this.#wake.until({ leftMs, isWanted: () => this.#isFetchWanted }, signal);
  }

  /**
   * A wake-up may mean that the trouble is over. Many clients see it, and must not all fetch at
   * once.
   */
  async #backOff(durationMs: number, signal: AbortSignal): Promise<void> {
    const askedMs = Math.min(this.#retryAfterMs ?? 0, durationMs);
    await sleep(askedMs, signal);
    const endMs = performance.now() + durationMs - askedMs;
    await this.#wake.sleep(durationMs - askedMs, signal);
    const leftMs = Math.min(endMs - performance.now(), returnMs(this.#random()));
    if (leftMs > 0) await sleep(leftMs, signal);
  }

  /** Wake-ups that bring nothing must not cause more fetches than the schedule's own pace. */
  async #untilAllowed(signal: AbortSignal): Promise<void> {
    const { idleFetchLimit, conditions } = this.#options;
    while (!signal.aborted) {
      const waitMs = idleFetchLimit.waitMs(paceMs(conditions()));
      if (waitMs === 0) return;
      this.#wake.clear(); // A fetch follows anyway; only a change of pace can shorten this wait.
      await this.#wake.sleep(waitMs, signal);
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    this.#fetchedAtMs = performance.now();
    try {
      await this.#consumer.catchUp(signal);
      this.#failures = 0;
      this.#retryAfterMs = undefined;
      this.#options.log.over(this.#trouble);
    } catch (error) {
      if (signal.aborted) return;
      if (this.#failures === 0) this.#failingSinceMs = performance.now();
      this.#failures += 1;
      this.#isRefused = error instanceof PlatformError && error.kind === "unauthorized";
      this.#retryAfterMs = error instanceof PlatformError ? error.retryAfterMs : undefined;
      this.#report(error);
    } finally {
      this.#isAsked = true;
      this.#asked.resolve();
    }
  }

  #conditions(): PollConditions {
    return {
      ...this.#options.conditions(),
      failures: this.#failures,
      retryAfterMs: this.#retryAfterMs,
    };
  }

  get #trouble(): string {
    return `fetching ${this.#options.workspaceId}`;
  }

  /**
   * A proxy may word each answer differently: kind and status show that the trouble is the same.
   */
  #report(error: unknown): void {
    const { log, workspaceId } = this.#options;
    this.#failure = `Cannot fetch messages of workspace ${workspaceId}: ${errorText(error)}`;
    log.problem(this.#failure, {
      subject: this.#trouble,
      kind: error instanceof PlatformError ? `${error.kind} ${error.status ?? ""}` : undefined,
    });
  }
}
