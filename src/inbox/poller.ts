import { PlatformError } from "../platform/errors.ts";
import { pause } from "../presence/timer.ts";
import type { Log } from "../safety/log.ts";
import { messageOf } from "../safety/message_of.ts";
import type { FetchBudget } from "./fetch_budget.ts";
import type { Mailbox } from "./mailbox.ts";
import { mayFetchEarly, nextPollMs, type PollSituation } from "./poll_schedule.ts";
import { WakeSignal } from "./wake_signal.ts";

/** What decides the pace besides the poller's own failures. */
export type Surroundings = Pick<PollSituation, "waiting" | "streaming" | "workspaces">;

/** What a poller works with. */
export interface PollerOptions {
  readonly workspaceId: string;
  readonly surroundings: () => Surroundings;
  /** Shared by all pollers of the process. */
  readonly budget: FetchBudget;
  readonly log: Log;
  /** Milliseconds until the next fetch; the schedule's own unless a test knows better. */
  readonly pace?: (situation: PollSituation) => number;
}

/**
 * Fetches for one mailbox: at once when woken, otherwise at the pace of the schedule. A failure
 * leaves the cursor alone and slows it down.
 */
export class Poller {
  readonly #mailbox: Pick<Mailbox, "catchUp">;
  readonly #options: PollerOptions;
  readonly #pace: (situation: PollSituation) => number;
  readonly #wake = new WakeSignal();
  #failures = 0;
  #retryAfterMs: number | undefined;

  constructor(mailbox: Pick<Mailbox, "catchUp">, options: PollerOptions) {
    this.#mailbox = mailbox;
    this.#options = options;
    this.#pace = options.pace ?? ((situation) => nextPollMs(situation, Math.random()));
  }

  /** There may be something new. Heeded later while the platform wants to be left alone. */
  wake(): void {
    this.#wake.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const budgetMs = this.#options.budget.take();
      if (budgetMs > 0) await pause(budgetMs, signal);
      this.#wake.clear();
      await this.#fetch(signal);
      const situation = this.#situation();
      const durationMs = this.#pace(situation);
      // Asked only now: a wake-up that came while a fetch was mending the trouble counts.
      if (mayFetchEarly(situation)) await this.#wake.sleep(durationMs, signal);
      else await pause(durationMs, signal);
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    try {
      await this.#mailbox.catchUp(signal);
      this.#failures = 0;
      this.#retryAfterMs = undefined;
      this.#options.log.over(this.#trouble);
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      this.#retryAfterMs = error instanceof PlatformError ? error.retryAfterMs : undefined;
      this.#report(error);
    }
  }

  #situation(): PollSituation {
    return {
      ...this.#options.surroundings(),
      failures: this.#failures,
      ...(this.#retryAfterMs !== undefined && { retryAfterMs: this.#retryAfterMs }),
    };
  }

  get #trouble(): string {
    return `fetching ${this.#options.workspaceId}`;
  }

  /** What a proxy writes may differ with every answer: kind and status make it the same trouble. */
  #report(error: unknown): void {
    const { log, workspaceId } = this.#options;
    log.problem(`Cannot fetch messages of workspace ${workspaceId}: ${messageOf(error)}`, {
      subject: this.#trouble,
      ...(error instanceof PlatformError && { kind: `${error.kind} ${error.status ?? ""}` }),
    });
  }
}
