import { followSignal } from "../../lib/follow_signal.ts";

/** A call that had not finished when it had to be answered. */
export class CallLimitError extends Error {
  override readonly name = "CallLimitError";
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`No result within ${limitMs / 1000} s`);
    this.limitMs = limitMs;
  }
}

/**
 * Runs a call, and ends it at the limit whatever it is stuck in: a platform that hangs, sends a
 * byte now and then, or lets every attempt fail slowly; a file system that does not answer.
 *
 * @param cancelled the client's own signal
 * @param run gets a signal that fires with the client's, or at the limit
 * @throws {CallLimitError} at the limit; whatever `run` returns or throws later is ignored
 */
export async function withinLimit<T>(
  limitMs: number,
  cancelled: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // Answer first, then end what is still running.
      reject(new CallLimitError(limitMs));
      limit.abort();
    }, limitMs);
  });
  const unfollow = followSignal(limit, cancelled);
  try {
    return await Promise.race([run(limit.signal), late]);
  } finally {
    clearTimeout(timer);
    unfollow();
  }
}
