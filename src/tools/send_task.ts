import type { DelegationSettings } from "../config/settings.ts";
import { sendMessage } from "../platform/a2a.ts";
import type { A2aReply } from "../platform/a2a_reply.ts";
import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { errorText, field } from "../platform/json.ts";
import { pause } from "../presence/timer.ts";

const MAX_DELAY_MS = 16_000;
const JITTER = 0.25;

/** Chance and time, for tests. */
export interface SendTaskOptions {
  readonly messageId: string;
  readonly settings: DelegationSettings;
  readonly signal: AbortSignal;
  readonly onRetry?: (reason: string, delayMs: number) => void;
  readonly random?: () => number;
  readonly now?: () => number;
  readonly sleep?: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Sends a task to a peer, again only where nothing was delivered: no connection, the proxy could
 * not reach the agent (502), the agent restarts (503) (platform-api 9.4). Never after a possible
 * delivery.
 *
 * @throws {PlatformError} the last failure, naming attempts and budget when they ran out
 */
export async function sendTask(
  client: PlatformClient,
  peerId: string,
  task: string,
  options: SendTaskOptions,
): Promise<A2aReply> {
  const { settings, signal, messageId } = options;
  const now = options.now ?? (() => performance.now());
  const startedAt = now();
  const deadline = startedAt + settings.totalBudgetMs;
  for (let attempt = 1;; attempt++) {
    try {
      const readTimeoutMs = Math.max(1, Math.min(settings.readTimeoutMs, deadline - now()));
      return await sendMessage(client, peerId, task, { messageId, readTimeoutMs, signal });
    } catch (error) {
      if (!(error instanceof PlatformError) || !safeToRepeat(error)) throw error;
      const delayMs = retryDelayMs(attempt, error, options.random ?? Math.random);
      const cause = attempt >= settings.maxAttempts
        ? "attempts_exhausted"
        : now() + delayMs >= deadline
        ? "total_budget_exhausted"
        : undefined;
      if (cause !== undefined) {
        const elapsed = ((now() - startedAt) / 1000).toFixed(1);
        throw exhausted(
          error,
          `cause=${cause} attempts=${attempt}/${settings.maxAttempts} elapsed=${elapsed}s ` +
            `budget=${settings.totalBudgetMs / 1000}s ` +
            `read_timeout=${settings.readTimeoutMs / 1000}s`,
        );
      }
      options.onRetry?.(error.message, delayMs);
      await (options.sleep ?? pause)(delayMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Whether it is certain that the peer got nothing. */
function safeToRepeat(error: PlatformError): boolean {
  if (error.kind === "unreachable") return !error.maybeDelivered;
  if (error.status === 502) return errorText(error.body) === "failed to reach workspace agent";
  return error.status === 503 && field(error.body, "restarting") === true;
}

/** 1, 2, 4, 8, 16 s, 25 % up or down; what the platform asks for when that is longer. */
function retryDelayMs(attempt: number, error: PlatformError, random: () => number): number {
  const base = Math.min(1000 * 2 ** (attempt - 1), MAX_DELAY_MS);
  const jittered = base * (1 + JITTER * (2 * random() - 1));
  return Math.max(jittered, error.retryAfterMs ?? 0);
}

function exhausted(error: PlatformError, note: string): PlatformError {
  return new PlatformError(error.kind, `${error.message} (${note})`, {
    maybeDelivered: false,
    cause: error,
    ...(error.status !== undefined && { status: error.status }),
    ...(error.body !== undefined && { body: error.body }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  });
}
