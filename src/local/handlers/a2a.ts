/**
 * The a2a proxy's endpoint and its queue (platform-api 9).
 *
 * @module
 */
import { ownsToken, requireTokenIfEnrolled, tokenOwner } from "../auth.ts";
import type { PlatformContext } from "../context.ts";
import { proxyMessage } from "../delivery/proxy.ts";
import { bearerOf, type Exchange, param } from "../exchange.ts";
import { decode, fail, json } from "../http.ts";
import { isUuid } from "../ids.ts";
import type { QueueRow } from "../store.ts";
import { formatTimestamp } from "../timestamps.ts";

const SYSTEM_CALLERS = ["webhook:", "system:", "test:", "channel:"];
const N1_MAX_BYTES = 1024 * 1024;
const N2_MAX_BYTES = 16 * 1024 * 1024;

/** POST /workspaces/{target}/a2a */
export async function proxy(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const isN2 = platform.options.variant === "n2";
  if (isN2 && exchange.body.length > N2_MAX_BYTES) return tooLarge();
  const caller = exchange.headers.get("X-Workspace-ID")?.trim() ?? "";
  if (SYSTEM_CALLERS.some((prefix) => caller.startsWith(prefix))) {
    return fail(403, "invalid caller ID");
  }
  const targetId = param(exchange, "id");
  const callerId = caller === "" ? null : caller.toLowerCase();
  if (callerId !== null && callerId !== targetId) {
    const refusal = await refuseCaller(platform, exchange, callerId);
    if (refusal) return refusal;
  }
  // Without X-Workspace-ID the call counts as the user's, unchecked (S and N1).
  const body = isN2 ? exchange.body : exchange.body.subarray(0, N1_MAX_BYTES);
  return await proxyMessage(platform, { callerId, targetId, text: decode(body) });
}

/** GET /workspaces/{target}/a2a/queue/{queueId} */
export async function getQueueItem(
  platform: PlatformContext,
  exchange: Exchange,
): Promise<Response> {
  const queueId = param(exchange, "queueId");
  const item = isUuid(queueId) ? platform.store.queueItem(queueId) : undefined;
  const asking = [
    await tokenOwner(platform, bearerOf(exchange.headers)),
    exchange.headers.get("X-Workspace-ID")?.trim().toLowerCase(),
  ];
  const mayRead = item && item.workspaceId === param(exchange, "id") &&
    asking.some((id) => id && (id === item.workspaceId || id === item.callerId));
  return mayRead ? json(200, queueView(item)) : fail(404, "queue item not found");
}

async function refuseCaller(
  platform: PlatformContext,
  exchange: Exchange,
  callerId: string,
): Promise<Response | undefined> {
  const bearer = bearerOf(exchange.headers);
  if (platform.options.variant === "n2" && bearer !== null) {
    const owner = await tokenOwner(platform, bearer);
    if (owner !== undefined && !await ownsToken(platform, callerId, bearer)) {
      return fail(401, "caller ID does not match workspace auth token");
    }
  }
  return await requireTokenIfEnrolled(platform, exchange, callerId, "caller");
}

function tooLarge(): Response {
  return fail(413, `request body exceeds ${N2_MAX_BYTES} byte limit: A2A body exceeds size limit`, {
    truncated: true,
    max_bytes: N2_MAX_BYTES,
  });
}

function queueView(item: QueueRow) {
  const { lastError, dispatchedAt, completedAt, responseText } = item;
  return {
    queue_id: item.id,
    workspace_id: item.workspaceId,
    status: item.status,
    priority: item.priority,
    attempts: item.attempts,
    enqueued_at: formatTimestamp(item.enqueuedAt),
    ...(lastError === null ? {} : { last_error: lastError }),
    ...(dispatchedAt === null ? {} : { dispatched_at: formatTimestamp(dispatchedAt) }),
    ...(completedAt === null ? {} : { completed_at: formatTimestamp(completedAt) }),
    // A byte slice in Go's JSON: base64 of the JSON text.
    ...(responseText === null
      ? {}
      : { response_body: new TextEncoder().encode(responseText).toBase64() }),
  };
}
