import type { DelegationSettings } from "../config/settings.ts";
import { sendMessage } from "../platform/a2a.ts";
import type { A2aReply } from "../platform/a2a_reply.ts";
import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { field, textField } from "../platform/json.ts";
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
 * not reach the agent (502), the agent restarts or wakes up (503) (platform-api 9.4). Never after a
 * possible delivery.
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
    const usage = (cause: string) =>
      `(cause=${cause} attempts=${attempt}/${settings.maxAttempts} ` +
      `elapsed=${((now() - startedAt) / 1000).toFixed(1)}s budget=${
        settings.totalBudgetMs / 1000
      }s read_timeout=${settings.readTimeoutMs / 1000}s)`;
    const remainingMs = Math.max(1, deadline - now());
    const readTimeoutMs = Math.min(settings.readTimeoutMs, remainingMs);
    try {
      return await sendMessage(client, peerId, task, { messageId, readTimeoutMs, signal });
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.kind === "timed_out") {
        const budgetRanOut = readTimeoutMs < settings.readTimeoutMs;
        throw reworded(
          error,
          `no answer within ${readTimeoutMs / 1000} s ` +
            usage(budgetRanOut ? "total_budget_exhausted" : "read_timeout"),
        );
      }
      if (!mayPass(error)) throw error;
      const delayMs = retryDelayMs(attempt, error, options.random ?? Math.random);
      if (attempt >= settings.maxAttempts) {
        throw reworded(error, `${error.message} ${usage("attempts_exhausted")}`);
      }
      if (now() + delayMs >= deadline) {
        throw reworded(error, `${error.message} ${usage("total_budget_exhausted")}`);
      }
      options.onRetry?.(error.message, delayMs);
      await (options.sleep ?? pause)(delayMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Whether the peer may have the task although the call failed: then it must not be sent again. */
export function maybeDelivered(error: PlatformError): boolean {
  return error.maybeDelivered && !mayPass(error) &&
    !REFUSED_BEFORE_DELIVERY.has(textField(error.body, "error") ?? "");
}

/** The proxy's answers that come before it calls the peer, and that no retry changes. */
const REFUSED_BEFORE_DELIVERY = new Set([
  "workspace URL is not publicly routable",
  "workspace has no URL",
  "delivery-mode lookup failed; refusing to dispatch to avoid silent misrouting",
]);

/** Whether the peer certainly got nothing, and another attempt may do better. */
function mayPass({ kind, status, body, maybeDelivered }: PlatformError): boolean {
  if (kind === "unreachable") return !maybeDelivered;
  if (status === 502) return textField(body, "error") === "failed to reach workspace agent";
  return status === 503 && (field(body, "restarting") === true || field(body, "waking") === true);
}

/** 1, 2, 4, 8, 16 s, 25 % up or down; what the platform asks for when that is longer. */
function retryDelayMs(attempt: number, error: PlatformError, random: () => number): number {
  const base = Math.min(1000 * 2 ** (attempt - 1), MAX_DELAY_MS);
  const jittered = base * (1 + JITTER * (2 * random() - 1));
  return Math.max(jittered, error.retryAfterMs ?? 0);
}

/** The same failure in other words. */
function reworded(error: PlatformError, message: string): PlatformError {
  const { kind, status, body, words, retryAfterMs, maybeDelivered } = error;
  return new PlatformError(kind, message, {
    maybeDelivered,
    cause: error,
    ...(status !== undefined && { status }),
    ...(body !== undefined && { body }),
    ...(words !== undefined && { words }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
