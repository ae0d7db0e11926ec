import { IdleFetchLimit } from "../../../src/inbox/fetching/idle_fetch_limit.ts";
import type { PaceConditions, PollConditions } from "../../../src/inbox/fetching/poll_schedule.ts";
import { Poller, type PollerOptions } from "../../../src/inbox/fetching/poller.ts";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import { Log } from "../../../src/safety/log.ts";

/** Nobody waits, and there is no event stream. */
export const IDLE: PaceConditions = { waiting: false, streaming: false, workspaceCount: 1 };

/** A poller whose fetches do what a test wants. */
export class ScriptedPoller {
  readonly poller: Poller;
  readonly lines: string[] = [];
  /** The conditions that a test noted. */
  readonly conditions: PollConditions[] = [];
  fetches = 0;
  readonly #stop = new AbortController();
  readonly #run: Promise<void>;

  /** @param fetch given its number, from 1 */
  constructor(
    fetch: (count: number, poller: Poller) => Promise<void> | void,
    options: Partial<PollerOptions> = {},
  ) {
    const consumer = {
      catchUp: async () => await fetch(++this.fetches, this.poller),
    };
    this.poller = new Poller(consumer, {
      workspaceId: "w",
      conditions: () => IDLE,
      idleFetchLimit: new IdleFetchLimit(),
      log: new Log({
        write: (line) => this.lines.push(line),
        redactor: { redact: (text) => text },
        verbose: false,
      }),
      ...options,
    });
    this.#run = this.poller.run(this.#stop.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }
}

/** What a platform in trouble answers. */
export function platformError(options: { retryAfterMs?: number }): PlatformError {
  return new PlatformError("server", "it answered 500", { maybeDelivered: true, ...options });
}
