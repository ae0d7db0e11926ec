import { PlatformError } from "../platform/errors.ts";
import type { Log } from "../safety/log.ts";
import type { Mailbox } from "./mailbox.ts";
import { mayFetchEarly, nextPollMs, type PollSituation } from "./poll_schedule.ts";
import { WakeSignal } from "./wake_signal.ts";

/** What decides the pace besides the poller's own failures. */
export type Surroundings = Pick<PollSituation, "waiting" | "streaming" | "workspaces">;

/**
 * Fetches for one mailbox: at once when woken, otherwise at the pace of the schedule. A failure
 * leaves the cursor alone and slows it down.
 */
export class Poller {
  readonly #mailbox: Mailbox;
  readonly #surroundings: () => Surroundings;
  readonly #workspaceId: string;
  readonly #log: Log;
  readonly #wake = new WakeSignal();
  #failures = 0;
  #retryAfterMs: number | undefined;
  #lastProblem = "";

  constructor(mailbox: Mailbox, options: {
    workspaceId: string;
    surroundings: () => Surroundings;
    log: Log;
  }) {
    this.#mailbox = mailbox;
    this.#surroundings = options.surroundings;
    this.#workspaceId = options.workspaceId;
    this.#log = options.log;
  }

  /** There may be something new. Ignored while the platform wants to be left alone. */
  wake(): void {
    if (mayFetchEarly(this.#situation())) this.#wake.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake.clear();
      await this.#fetch(signal);
      await this.#wake.sleep(nextPollMs(this.#situation(), Math.random()), signal);
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    try {
      await this.#mailbox.catchUp(signal);
      this.#failures = 0;
      this.#retryAfterMs = undefined;
      this.#lastProblem = "";
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      this.#retryAfterMs = error instanceof PlatformError ? error.retryAfterMs : undefined;
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  #situation(): PollSituation {
    return {
      ...this.#surroundings(),
      failures: this.#failures,
      ...(this.#retryAfterMs !== undefined && { retryAfterMs: this.#retryAfterMs }),
    };
  }

  /** The same trouble again and again is one line. */
  #report(message: string): void {
    if (message === this.#lastProblem) return;
    this.#lastProblem = message;
    this.#log.problem(`Cannot fetch messages of workspace ${this.#workspaceId}: ${message}`);
  }
}
