import { sleep } from "../../lib/sleep.ts";
import type { ToolContext } from "../support/context.ts";
import { CallCancelledError } from "../support/errors.ts";
import { reportWaiting } from "../support/report_waiting.ts";
import { remainingWaitMs } from "../support/timing.ts";

/** The result of a wait: the value, or that it takes longer than the call may. */
export type WaitResult<T> =
  | { readonly finished: true; readonly value: T }
  | { readonly finished: false; readonly elapsedMs: number };

/** What to wait for, and for whom. */
export interface WaitOptions {
  /** Follows "Waiting for". */
  readonly what: string | (() => string);
  readonly context: ToolContext;
  /** Another upper limit, if there is one. */
  readonly maxWaitMs?: number;
  /** Called when the client cancels. */
  readonly onCancel: () => void;
}

/**
 * Waits for the value as long as the client does: until the call is nearly 50 s old, or nearly 100 s
 * if the client asked for progress.
 *
 * @throws {CallCancelledError} when the client cancels
 */
export async function waitWithinCall<T>(
  value: Promise<T>,
  options: WaitOptions,
): Promise<WaitResult<T>> {
  const { context, maxWaitMs = Infinity } = options;
  const elapsedMs = () => performance.now() - context.calledAtMs;
  const mayTakeMs = Math.min(remainingWaitMs(context), maxWaitMs);

  const end = new AbortController();
  const stopReporting = reportWaiting(context, options.what);
  try {
    return await Promise.race([
      value.then((result) => ({ finished: true as const, value: result })),
      sleep(mayTakeMs, end.signal).then(() => ({
        finished: false as const,
        elapsedMs: elapsedMs(),
      })),
      cancelled(context.signal, end.signal),
    ]);
  } catch (error) {
    if (error instanceof CallCancelledError) options.onCancel();
    throw error;
  } finally {
    end.abort();
    stopReporting();
  }
}

/** Rejects when the client cancels. */
function cancelled(signal: AbortSignal, end: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const cancel = () => reject(new CallCancelledError("The call was cancelled"));
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { signal: end });
  });
}
