/**
 * The a2a proxy behind the token check: from the hierarchy rule to the delivery
 * (src/platform/API.md, "A2A calls"). The endpoint, the delegations and the user's messages share
 * it.
 *
 * @module
 */
import { canCommunicate } from "../access/hierarchy.ts";
import { urlProblem } from "../access/url_safety.ts";
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { fail, json } from "../server/http.ts";
import type { JsonObject } from "../state/json.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import { statusNow } from "../state/status.ts";
import { StoreError } from "../state/store.ts";
import type { CheckedCall, ProxyCall } from "./call.ts";
import { asCanvasCall } from "./canvas_call.ts";
import { deliver } from "./deliver.ts";
import { normalise } from "./envelope.ts";
import { storeForPolling } from "./poll.ts";

const WAKING_RETRY_SECONDS = 15;

/** Checks the call and passes it on. @throws StoreError when the workspace cannot be looked up */
export async function proxyMessage(platform: PlatformContext, call: ProxyCall): Promise<Response> {
  const { options } = platform;
  const { callerId, targetId } = call;
  if (callerId !== null && !canCommunicate(platform, callerId, targetId)) {
    return fail(403, "access denied: workspaces cannot communicate per hierarchy rules");
  }
  const target = lookUp(platform, targetId);
  if (target instanceof Response) return target;
  if (target && target.budgetLimit !== null && target.monthlySpend >= target.budgetLimit) {
    const periods: JsonObject = isAtLeast(options, "n3") ? { exceeded_periods: ["monthly"] } : {};
    return fail(402, "workspace budget limit exceeded", periods);
  }
  if (!mayDelegate(platform, callerId)) return fail(403, "tool call failed");
  const envelope = normalise(call.text, options.version);
  if (envelope instanceof Response) return envelope;
  if (!target) return fail(404, "workspace not found");
  const checked: CheckedCall = {
    ...call,
    target,
    envelope: callerId === null && isAtLeast(options, "n3")
      ? asCanvasCall(envelope, target.id, !call.fromPlatform)
      : envelope,
  };
  if (isPolled(platform, target)) {
    storeForPolling(platform, checked);
    return queuedForPoll(envelope.method);
  }
  return await undeliverable(platform, target) ?? await deliver(platform, checked);
}

/** Whether the caller has the ability (N2); the user needs none. @throws StoreError */
export function mayDelegate(platform: PlatformContext, callerId: string | null): boolean {
  if (callerId === null || !isAtLeast(platform.options, "n2")) return true;
  return platform.store.workspace(callerId)?.mayDelegate ?? true;
}

/** N3 stores even what is sent to a removed poll-mode workspace, where nobody reads it. */
function isPolled({ options }: PlatformContext, target: WorkspaceRow): boolean {
  if (target.deliveryMode !== "poll") return false;
  return target.status !== "removed" || isAtLeast(options, "n3");
}

/** The order of the keys matters: a delegation shows this text as the answer's preview. */
function queuedForPoll(method: string): Response {
  const body = { delivery_mode: "poll", method, status: "queued" };
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}

function lookUp(
  platform: PlatformContext,
  targetId: string,
): WorkspaceRow | undefined | Response {
  try {
    return platform.store.workspace(targetId);
  } catch (error) {
    if (!(error instanceof StoreError) || !isAtLeast(platform.options, "n2")) throw error;
    return fail(
      503,
      "delivery-mode lookup failed; refusing to dispatch to avoid silent misrouting",
    );
  }
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
  if (!target.url || status === "removed") return fail(503, "workspace has no URL", { status });
  const problem = await urlProblem(target.url, platform.options);
  return problem === undefined ? undefined : fail(502, "workspace URL is not publicly routable");
}
