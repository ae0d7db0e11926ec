import type { ToolContext } from "./context.ts";

/** MCP clients commonly give up on a call after 60 s; this answers before that. */
const PATIENCE_MS = 50_000;
const PROGRESS_INTERVAL_MS = 10_000;

/** A call that was cancelled by the client: nobody reads its result. */
export class CallCancelledError extends Error {
  override readonly name = "CallCancelledError";
}

/**
 * Waits for the value as long as the client does: 50 s, or `longestMs` when it asked for progress
 * (and so keeps the call open).
 *
 * @param onCancel called when the client cancels
 * @throws {CallCancelledError} when the client cancels
 */
export async function waitOrLeave<T>(
  value: Promise<T>,
  options: { what: string; context: ToolContext; longestMs: number; onCancel: () => void },
): Promise<
  { readonly finished: true; readonly value: T } | {
    readonly finished: false;
    readonly waitedMs: number;
  }
> {
  const { signal, progress } = options.context;
  const patienceMs = progress ? options.longestMs : Math.min(PATIENCE_MS, options.longestMs);
  const startedAt = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;
  let onAbort = () => {};
  try {
    return await Promise.race([
      value.then((result) => ({ finished: true as const, value: result })),
      new Promise<{ finished: false; waitedMs: number }>((resolve, reject) => {
        timer = setTimeout(() => resolve({ finished: false, waitedMs: patienceMs }), patienceMs);
        onAbort = () => {
          options.onCancel();
          reject(new CallCancelledError("The call was cancelled"));
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener("abort", onAbort);
        if (progress) {
          ticker = setInterval(() => {
            const seconds = Math.round((performance.now() - startedAt) / 1000);
            progress(`Waiting for ${options.what} (${seconds} s)`);
          }, PROGRESS_INTERVAL_MS);
        }
      }),
    ]);
  } finally {
    clearTimeout(timer);
    clearInterval(ticker);
    signal.removeEventListener("abort", onAbort);
  }
}
