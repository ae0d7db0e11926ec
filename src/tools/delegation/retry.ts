import type { DelegationSettings } from "../../config/settings.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { type Backoff, backoffMs, type Jitter, jittered } from "../../lib/backoff.ts";
import { sleep } from "../../lib/sleep.ts";

const PAUSES: Backoff = { firstMs: 1_000, longestMs: 16_000 };
const JITTER: Jitter = { less: 0.25, more: 0.25 };

/** How often and how long to try. Randomness and time can be replaced in tests. */
export interface RetryOptions {
  readonly settings: DelegationSettings;
  readonly signal: AbortSignal;
  /** Called before each pause with its reason and length. */
  readonly onRetry?: (reason: string, delayMs: number) => void;
  /** When the total budget began, by `now`; by default at the first attempt. */
  readonly startedAtMs?: number;
  readonly random?: () => number;
  readonly now?: () => number;
  readonly sleep?: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Tries until it succeeds, a failure is not temporary, or attempts or budget have run out
 * (tests/README.md, "Sending to a peer": five attempts, pauses of 1, 2, 4, 8, 16 s, 25 % up or
 * down, 600 s in all).
 *
 * @param attempt gets the time that it may take
 * @param isRetryable whether another attempt does no harm and may succeed
 * @throws {PlatformError} the last failure, naming attempts and budget when they ran out
 */
export async function retry<T>(
  attempt: (readTimeoutMs: number) => Promise<T>,
  isRetryable: (error: PlatformError) => boolean,
  options: RetryOptions,
): Promise<T> {
  const { settings, signal } = options;
  const now = options.now ?? (() => performance.now());
  const startedAt = options.startedAtMs ?? now();
  const deadline = startedAt + settings.totalBudgetMs;
  for (let count = 1;; count++) {
    const usage = (cause: string) =>
      `(cause=${cause} attempts=${count}/${settings.maxAttempts} ` +
      `elapsed=${((now() - startedAt) / 1000).toFixed(1)}s budget=${
        settings.totalBudgetMs / 1000
      }s read_timeout=${settings.readTimeoutMs / 1000}s)`;
    const remainingMs = Math.max(1, deadline - now());
    const readTimeoutMs = Math.min(settings.readTimeoutMs, remainingMs);
    try {
      return await attempt(readTimeoutMs);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (!isRetryable(error)) {
        if (error.kind !== "timed_out") throw error;
        const budgetRanOut = readTimeoutMs < settings.readTimeoutMs;
        throw withMessage(
          error,
          `no answer within ${readTimeoutMs / 1000} s ` +
            usage(budgetRanOut ? "total_budget_exhausted" : "read_timeout"),
        );
      }
      const delayMs = retryDelayMs(count, error, options.random ?? Math.random);
      if (count >= settings.maxAttempts) {
        throw withMessage(error, `${error.message} ${usage("attempts_exhausted")}`);
      }
      if (now() + delayMs >= deadline) {
        throw withMessage(error, `${error.message} ${usage("total_budget_exhausted")}`);
      }
      options.onRetry?.(error.message, delayMs);
      await (options.sleep ?? sleep)(delayMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

/** 1, 2, 4, 8, 16 s, 25 % up or down; or what the platform asks for, if that is longer. */
function retryDelayMs(attempt: number, error: PlatformError, random: () => number): number {
  const pauseMs = jittered(backoffMs(PAUSES, attempt), JITTER, random());
  return Math.max(pauseMs, error.retryAfterMs ?? 0);
}

/** The same failure with another message. */
function withMessage(error: PlatformError, message: string): PlatformError {
  const { kind, status, body, words, retryAfterMs, maybeDelivered } = error;
  return new PlatformError(kind, message, {
    maybeDelivered,
    cause: error,
    status,
    body,
    words,
    retryAfterMs,
  });
}
