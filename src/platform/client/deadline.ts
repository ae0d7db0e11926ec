import { followSignal } from "../../lib/follow_signal.ts";
import type { PlatformCall } from "./call.ts";
import { PlatformError } from "../errors/platform_error.ts";
import { isTransportError, transportError } from "../errors/transport_error.ts";

/**
 * Runs a call with a signal that fires at the call's timeout or with its caller's signal, and says
 * what happened when the network or the time ended it.
 *
 * @param origin of the platform, for messages
 * @param run calls `done` when nothing is left of the answer
 * @throws {PlatformError} for what went wrong with the call; errors of another kind as they are
 */
export async function withDeadline<T>(
  call: PlatformCall,
  origin: string,
  run: (signal: AbortSignal, done: () => void) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  let [timedOut, isDone] = [false, false];
  const timer = setTimeout(() => {
    timedOut = true;
    ending.abort();
  }, Math.max(0, call.timeoutMs));
  const unfollow = followSignal(ending, call.signal);
  try {
    return await run(ending.signal, () => isDone = true);
  } catch (error) {
    const cancelled = call.signal?.aborted ?? false;
    const isOfTheCall = timedOut || cancelled || isTransportError(error);
    if (error instanceof PlatformError || !isOfTheCall) throw error;
    throw transportError(error, {
      origin,
      timedOutAfterMs: timedOut ? call.timeoutMs : undefined,
      cancelled,
    });
  } finally {
    clearTimeout(timer);
    unfollow();
    if (!isDone) ending.abort(); // Ends what is left of an answer that was not read to its end.
  }
}
