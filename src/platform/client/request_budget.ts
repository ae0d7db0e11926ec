import { sleep } from "../../lib/sleep.ts";
import { type Rate, TokenBucket } from "../../lib/token_bucket.ts";

/** Of one workspace: enough to catch up after a pause, little from then on. */
const WORKSPACE: Rate = { burst: 60, perSecond: 2 };
/**
 * Of a caller: what the platform grants is 600 requests a minute (src/platform/API.md, "Rate limit").
 * Half of that at once and this from then on leave room for the agent's own calls in any minute.
 */
export const CALLER: Rate = { burst: 300, perSecond: 4 };
/** The platform counts by the minute; what asks for more is left alone by its own caller. */
const MAX_LEFT_ALONE_MS = 60_000;

/** What the workspaces that the platform takes for one caller may ask for together. */
export function callerBudget(): TokenBucket {
  return new TokenBucket(CALLER);
}

/**
 * The budgets of a process, in the order of its workspaces. The platform counts those of one
 * organisation together, and others each by its token.
 */
export function requestBudgets(
  workspaces: readonly { readonly origin: string; readonly orgId?: string }[],
): { budget: RequestBudget; sharers: number }[] {
  const callers = new Map<string, { readonly bucket: TokenBucket; sharers: number }>();
  const found = workspaces.map(({ origin, orgId }, index) => {
    const key = orgId === undefined ? String(index) : `${origin} ${orgId}`;
    const caller = callers.get(key) ?? { bucket: callerBudget(), sharers: 0 };
    callers.set(key, caller);
    caller.sharers += 1;
    return caller;
  });
  return found.map(({ bucket, sharers }) => ({ budget: new RequestBudget(bucket), sharers }));
}

/**
 * How often one workspace asks the platform of itself, whatever the answers: fetches, look-ups,
 * streams, uploads and beats alike. What the agent calls is not counted. Delays only, in the order
 * of asking; nothing is refused.
 */
export class RequestBudget {
  readonly #buckets: readonly TokenBucket[];
  #leftAloneUntilMs = 0;

  /** @param ofCaller shared by the budgets of all its workspaces */
  constructor(ofCaller: TokenBucket = callerBudget()) {
    this.#buckets = [new TokenBucket(WORKSPACE), ofCaller];
  }

  /** Resolves when the next request may be made, or when the signal fires. */
  async turn(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const waitMs = this.count();
    if (waitMs > 0) await sleep(waitMs, signal);
    while (!signal.aborted) {
      const leftMs = this.#leftAloneUntilMs - performance.now();
      if (leftMs <= 0) return;
      await sleep(leftMs, signal);
    }
  }

  /**
   * Counts a request that does not wait, such as the repetition with another token.
   *
   * @returns how many milliseconds it would have had to
   */
  count(): number {
    return Math.max(...this.#buckets.map((bucket) => bucket.take()));
  }

  /** So many requests are made for the agent, and so are not counted. */
  giveBack(count: number): void {
    for (const bucket of this.#buckets) bucket.giveBack(count);
  }

  /** The platform wants no requests for a while. */
  leaveAlone(durationMs: number): void {
    const untilMs = performance.now() + Math.min(durationMs, MAX_LEFT_ALONE_MS);
    this.#leftAloneUntilMs = Math.max(this.#leftAloneUntilMs, untilMs);
  }
}
