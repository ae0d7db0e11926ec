import { sendMessage } from "../../platform/api/a2a.ts";
import type { A2aReply } from "../../platform/api/a2a_reply.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import type { PlatformError } from "../../platform/errors/platform_error.ts";
import { field, textField } from "../../lib/json.ts";
import { retry, type RetryOptions } from "./retry.ts";

/** How to send one task to a peer. */
export interface SendTaskOptions extends RetryOptions {
  /**
   * A random UUID, the same for every attempt: the platform keeps one message per receiver and id,
   * whoever sent it, so if two messages had the same id, one of them would be lost.
   */
  readonly messageId: string;
}

/**
 * Sends a task to a peer, and retries only if nothing was delivered: no connection, the proxy could
 * not reach the agent (502), the agent restarts, wakes up or registers again (503)
 * (src/platform/API.md, "Errors of the proxy"). It never retries after a possible delivery.
 *
 * @throws {PlatformError} the last failure, naming attempts and budget when they ran out
 */
export async function sendTask(
  client: PlatformClient,
  peerId: string,
  task: string,
  options: SendTaskOptions,
): Promise<A2aReply> {
  const { signal, messageId } = options;
  return await retry(
    (readTimeoutMs) => sendMessage(client, peerId, task, { messageId, readTimeoutMs, signal }),
    isRetryable,
    options,
  );
}

/** Whether the peer may have the task although the call failed; then it must not be sent again. */
export function maybeDelivered(error: PlatformError): boolean {
  return error.maybeDelivered && !isRetryable(error) && !refusedBeforeDelivery(error);
}

/** Errors that the proxy returns before it calls the peer, and that no retry changes. */
function refusedBeforeDelivery({ status, body }: PlatformError): boolean {
  return NEVER_DELIVERED.has(textField(body, "error") ?? "") ||
    (status === 503 && textField(body, "code") === "platform_unavailable");
}

const NEVER_DELIVERED = new Set([
  "workspace URL is not publicly routable",
  "workspace has no URL",
  "delivery-mode lookup failed; refusing to dispatch to avoid silent misrouting",
  "cannot verify workspace credentials",
]);

/** Whether the peer certainly got nothing, and another attempt may succeed. */
function isRetryable({ kind, status, body, maybeDelivered }: PlatformError): boolean {
  if (kind === "unreachable") return !maybeDelivered;
  const error = textField(body, "error") ?? "";
  if (status === 502) return error === "failed to reach workspace agent";
  return status === 503 &&
    (field(body, "restarting") === true || field(body, "waking") === true ||
      // The peer's address is known again once it has registered; nothing is sent to it before.
      error.startsWith("workspace re-registering"));
}
