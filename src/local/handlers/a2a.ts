/**
 * The a2a proxy's endpoint and its queue (src/platform/API.md, "A2A calls").
 *
 * @module
 */
import { isUuid } from "../../lib/uuid.ts";
import { isAdmin, requireTokenIfEnrolled, tokenOwner } from "../access/auth.ts";
import type { PlatformContext } from "../context.ts";
import { proxyMessage } from "../delivery/proxy.ts";
import { isAtLeast } from "../options.ts";
import { bearerOf, claimedCaller, type Exchange, param } from "../server/exchange.ts";
import { decode, fail, json } from "../server/http.ts";
import type { QueueRow } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";
import { formatOptional, formatTimestamp } from "../state/timestamps.ts";

const SYSTEM_CALLERS = ["webhook:", "system:", "test:", "channel:"];
const N1_MAX_BYTES = 1024 * 1024;
const N2_MAX_BYTES = 16 * 1024 * 1024;

/** POST /workspaces/{target}/a2a */
export async function proxy(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const hasLimit = isAtLeast(platform.options, "n2");
  if (hasLimit && exchange.body.length > N2_MAX_BYTES) return tooLarge();
  const claimed = claimedCaller(exchange.headers);
  if (SYSTEM_CALLERS.some((prefix) => claimed.startsWith(prefix))) {
    return fail(403, "invalid caller ID");
  }
  const targetId = param(exchange, "id");
  const callerId = hasLimit
    ? await callerByToken(platform, exchange, claimed)
    : await callerByHeader(platform, exchange, claimed, targetId);
  if (callerId instanceof Response) return callerId;
  const body = hasLimit ? exchange.body : exchange.body.subarray(0, N1_MAX_BYTES);
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
    claimedCaller(exchange.headers).toLowerCase(),
  ];
  const mayRead = item && item.workspaceId === param(exchange, "id") &&
    asking.some((id) => id && (id === item.workspaceId || id === item.callerId));
  return mayRead ? json(200, queueView(item)) : fail(404, "queue item not found");
}

/** N2: the bearer tells who calls; null is the user. While the database is away it has no owner. */
async function callerByToken(
  platform: PlatformContext,
  exchange: Exchange,
  claimed: string,
): Promise<string | null | Response> {
  const bearer = bearerOf(exchange.headers);
  if (bearer === null) return fail(401, "missing caller auth token");
  if (await isAdmin(platform, bearer)) return claimed === "" ? null : claimed.toLowerCase();
  const owner = await ownerOrNobody(platform, bearer);
  if (owner === undefined) return fail(401, "invalid caller auth token");
  if (claimed !== "" && claimed.toLowerCase() !== owner) {
    return fail(401, "caller ID does not match workspace auth token");
  }
  return owner;
}

async function ownerOrNobody(
  platform: PlatformContext,
  bearer: string,
): Promise<string | undefined> {
  try {
    return await tokenOwner(platform, bearer);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return undefined;
  }
}

/** S and N1: the header tells who calls; without it the call counts as the user's, unchecked. */
async function callerByHeader(
  platform: PlatformContext,
  exchange: Exchange,
  claimed: string,
  targetId: string,
): Promise<string | null | Response> {
  if (claimed === "") return null;
  const callerId = claimed.toLowerCase();
  if (callerId === targetId) return callerId;
  return await requireTokenIfEnrolled(platform, exchange, callerId, "proxy") ?? callerId;
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
    last_error: lastError ?? undefined,
    dispatched_at: formatOptional(dispatchedAt) ?? undefined,
    completed_at: formatOptional(completedAt) ?? undefined,
    // A byte slice in Go's JSON: base64 of the JSON text.
    response_body: responseText === null
      ? undefined
      : new TextEncoder().encode(responseText).toBase64(),
  };
}
