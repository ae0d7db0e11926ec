import { followSignal } from "./follow_signal.ts";
import { sleep } from "./sleep.ts";

/**
 * Waits for a result no longer than the timeout. The work itself continues: nothing stops it.
 *
 * The timer is gone as soon as there is a result, so that it never holds the process.
 *
 * @param signal ends the waiting as the timeout does
 * @returns the result; `undefined` when it did not come in time
 * @throws what the work throws in time
 */
export async function withTimeout<T>(
  work: Promise<T>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const end = new AbortController();
  const unfollow = followSignal(end, signal);
  try {
    return await Promise.race([work, sleep(timeoutMs, end.signal).then(() => undefined)]);
  } finally {
    end.abort();
    unfollow();
  }
}
