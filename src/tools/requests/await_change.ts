import {
  getRequest,
  isOpenRequest,
  isWorkspace,
  type RequestThread,
} from "../../platform/api/requests.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { followSignal } from "../../lib/follow_signal.ts";
import { sleep } from "../../lib/sleep.ts";
import { waitWithinCall } from "../delegation/wait_within_call.ts";
import type { ToolContext } from "../support/context.ts";
import { CallCancelledError } from "../support/errors.ts";
import type { RequestTarget } from "./request_source.ts";

/**
 * Between two looks at the request. Twice as long after each that an event caused in vain: anybody may
 * cause events without end, with requests of their own.
 */
const MIN_INTERVAL_MS = 300;
/** Without an event. */
const MAX_INTERVAL_MS = 10_000;

/** What a wait for a request came to. */
export interface Awaited {
  readonly thread: RequestThread;
  /** Why the last look failed, if it did: the thread is from before. */
  readonly problem?: string;
  /** Whether the time was up before anything happened. */
  readonly timedOut: boolean;
}

/**
 * The request, as soon as it is closed or somebody else has written to it, and at the latest when the
 * time is up. An outage does not end the wait; that there is no such request does.
 *
 * @param waitMs beginning now; the call's own limit counts as well
 * @throws {PlatformError} when the request could not be read at all
 * @throws {CallCancelledError}
 */
export async function awaitChange(
  target: RequestTarget,
  waitMs: number,
  context: ToolContext,
): Promise<Awaited> {
  const end = new AbortController();
  const unfollow = followSignal(end, context.signal);
  const looks = new Looks(target, context, end.signal);
  try {
    // However short the wait is: the request itself is wanted in any case.
    if (await looks.look()) return looks.result(false);
    const changed = looks.untilChanged();
    // Of looks that nobody waits for any more.
    changed.catch(() => {});
    const waited = await waitWithinCall(changed, {
      what: "an answer to the request",
      context,
      maxWaitMs: waitMs,
      onCancel: () => end.abort(),
    });
    return looks.result(!waited.finished);
  } finally {
    end.abort();
    unfollow();
  }
}

/** Looks at a request again and again. */
class Looks {
  readonly #target: RequestTarget;
  readonly #context: ToolContext;
  readonly #signal: AbortSignal;
  /** Messages that were there at the first look. */
  #known: ReadonlySet<string> | undefined;
  #thread: RequestThread | undefined;
  #problem: PlatformError | undefined;
  /** The next event since the last look, or the time for another. */
  #event: Promise<void> | undefined;
  /** When that is, by `performance.now()`. */
  #nextLookMs = 0;
  #intervalMs: number;

  constructor(target: RequestTarget, context: ToolContext, signal: AbortSignal) {
    this.#target = target;
    this.#context = context;
    this.#signal = signal;
    this.#intervalMs = context.timing.pollIntervalMs;
  }

  /** After the first look. */
  async untilChanged(): Promise<void> {
    const firstMs = Math.min(MIN_INTERVAL_MS, this.#context.timing.pollIntervalMs);
    let inVain = 0;
    do {
      const leastMs = backoffMs({ firstMs, longestMs: MAX_INTERVAL_MS }, inVain + 1);
      const pauseMs = this.#problem?.retryAfterMs ?? leastMs;
      const event = this.#event?.then(() => performance.now() < this.#nextLookMs);
      const [isEarly] = await Promise.all([event, sleep(pauseMs, this.#signal)]);
      inVain = isEarly ? inVain + 1 : 0;
    } while (!this.#signal.aborted && !await this.look());
  }

  result(timedOut: boolean): Awaited {
    if (!this.#thread) throw this.#problem ?? new CallCancelledError("The call was cancelled");
    return {
      thread: this.#thread,
      ...(this.#problem && { problem: this.#problem.message }),
      timedOut,
    };
  }

  /** Whether it is closed, or somebody else has written to it. */
  async look(): Promise<boolean> {
    const { requestId, source: { client } } = this.#target;
    // A timer may be a little early.
    this.#nextLookMs = performance.now() + this.#intervalMs * 0.9;
    // From before the look: what happens during it must not be missed.
    this.#event = this.#context.inbox
      .nextRequestEvent(client.workspace.id, this.#intervalMs, this.#signal);
    this.#intervalMs = Math.min(MAX_INTERVAL_MS, this.#intervalMs * 1.5);
    try {
      this.#thread = await getRequest(client, requestId, this.#signal);
      this.#problem = undefined;
    } catch (error) {
      if (this.#signal.aborted) return false;
      if (!(error instanceof PlatformError) || !isPassing(error)) throw error;
      this.#problem = error;
      return false;
    }
    const { request, messages } = this.#thread;
    this.#known ??= new Set(messages.map(({ id }) => id));
    return !isOpenRequest(request) ||
      messages.some(({ id, author }) =>
        !this.#known?.has(id) && !isWorkspace(author, client.workspace.id)
      );
  }
}

/** Whether a later look may succeed although nobody does anything. */
function isPassing({ kind }: PlatformError): boolean {
  return !["not_found", "forbidden", "not_routed", "redirected", "rejected"].includes(kind);
}
