/**
 * The a2a proxy behind the token check: from the hierarchy rule to the delivery (platform-api 9).
 * The endpoint and the delegations share it.
 *
 * @module
 */
import { logActivity } from "../activity_log.ts";
import type { PlatformContext } from "../context.ts";
import { canCommunicate } from "../hierarchy.ts";
import { fail, json } from "../http.ts";
import { statusNow } from "../status.ts";
import { StoreError, type WorkspaceRow } from "../store.ts";
import { urlProblem } from "../url_safety.ts";
import { type CheckedCall, noteOutbound, type ProxyCall, summaryOf } from "./call.ts";
import { deliver } from "./deliver.ts";
import { normalise } from "./envelope.ts";

const WAKING_RETRY_SECONDS = 15;

/** Checks the call and passes it on. @throws StoreError when the workspace cannot be looked up */
export async function proxyMessage(platform: PlatformContext, call: ProxyCall): Promise<Response> {
  const { store, options } = platform;
  const { callerId, targetId } = call;
  const rootsAreSiblings = options.variant === "n1";
  if (callerId !== null && !canCommunicate(store, callerId, targetId, rootsAreSiblings)) {
    return fail(403, "access denied: workspaces cannot communicate per hierarchy rules");
  }
  const target = lookUp(platform, targetId);
  if (target instanceof Response) return target;
  if (target && target.budgetLimit !== null && target.monthlySpend >= target.budgetLimit) {
    return fail(402, "workspace budget limit exceeded");
  }
  const envelope = normalise(call.text, options.variant);
  if (envelope instanceof Response) return envelope;
  if (!target || target.status === "removed") return fail(404, "workspace not found");
  const checked: CheckedCall = { ...call, target, envelope };
  if (target.deliveryMode === "poll") return storeForPolling(platform, checked);
  return await undeliverable(platform, target) ?? await deliver(platform, checked);
}

function lookUp(
  platform: PlatformContext,
  targetId: string,
): WorkspaceRow | undefined | Response {
  try {
    return platform.store.workspace(targetId);
  } catch (error) {
    if (!(error instanceof StoreError) || platform.options.variant === "n1") throw error;
    return fail(
      503,
      "delivery-mode lookup failed; refusing to dispatch to avoid silent misrouting",
    );
  }
}

/** The message waits in the activity log until the agent polls. */
function storeForPolling(platform: PlatformContext, call: CheckedCall): Response {
  const { callerId, target, envelope } = call;
  logActivity(platform, {
    workspaceId: target.id,
    activityType: "a2a_receive",
    sourceId: callerId,
    targetId: target.id,
    method: envelope.method,
    summary: summaryOf(platform, call),
    requestBody: envelope.body,
  });
  noteOutbound(platform, callerId);
  // The order of the keys matters: a delegation shows this text as the answer's preview.
  return json(200, { delivery_mode: "poll", method: envelope.method, status: "queued" });
}

/** Why a push-mode target cannot be called at all. */
async function undeliverable(
  platform: PlatformContext,
  target: WorkspaceRow,
): Promise<Response | undefined> {
  const status = statusNow(platform, target);
  if (status === "hibernated") {
    const more = { waking: true, retry_after: WAKING_RETRY_SECONDS };
    return json(503, {
      error: `workspace is waking from hibernation — retry in ~${WAKING_RETRY_SECONDS} seconds`,
      ...more,
    }, { "Retry-After": String(WAKING_RETRY_SECONDS) });
  }
  if (!target.url) return fail(503, "workspace has no URL", { status });
  const problem = await urlProblem(target.url, platform.options);
  return problem === undefined ? undefined : fail(502, "workspace URL is not publicly routable");
}
