/**
 * Delivering a checked call to a push-mode target: at once, or into the queue when it is busy.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { fail, json } from "../server/http.ts";
import { randomSecret } from "../state/ids.ts";
import { isAtLeast } from "../options.ts";
import { StoreError } from "../state/store.ts";
import { type CheckedCall, errorOf, logDelivery, noteOutbound } from "./call.ts";
import { push, type PushResult } from "./push.ts";

const BUSY_RETRY_SECONDS = 30;
const RESTART_RETRY_SECONDS = 15;
const REREGISTER_RETRY_SECONDS = 30;
const NO_CONTENT = 204;
const NORMAL_PRIORITY = 50;

/**
 * Delivers the call. A target whose last heartbeat reports as many tasks as it can take counts as
 * busy (the local platform's stand-in for an agent that does not take the connection).
 */
export async function deliver(platform: PlatformContext, call: CheckedCall): Promise<Response> {
  if (call.target.activeTasks >= call.target.maxConcurrentTasks) return enqueue(platform, call);
  const withoutSecret = reregistering(platform, call);
  if (withoutSecret) return withoutSecret;
  const startedMs = platform.clock.nowMs();
  const result = await push(platform, call.target, call.envelope.body);
  if (result.kind === "no answer") return enqueue(platform, call);
  const durationMs = Math.round(platform.clock.nowMs() - startedMs);
  const response = toResponse(platform, call, result);
  logDelivery(platform, call, result, durationMs);
  return response;
}

function toResponse(
  platform: PlatformContext,
  call: CheckedCall,
  result: Exclude<PushResult, { kind: "no answer" }>,
): Response {
  if (result.kind === "unreachable") return unreachable(platform, call);
  if (result.kind === "broken off") {
    return fail(502, "failed to read agent response", { delivery_confirmed: result.delivered });
  }
  if (result.status < 300) {
    return new Response(result.status === NO_CONTENT ? null : result.text, {
      status: result.status,
      headers: { "Content-Type": "application/json" },
    });
  }
  return fail(result.status, errorOf(result));
}

/** N3 presents the inbound secret; an agent that has none yet learns it with its next beat. */
function reregistering(platform: PlatformContext, call: CheckedCall): Response | undefined {
  const { id, runtime, inboundSecret } = call.target;
  if (runtime !== "external" || inboundSecret !== null) return undefined;
  if (!isAtLeast(platform.options, "n3")) return undefined;
  platform.store.updateWorkspace(id, { inboundSecret: randomSecret() });
  return fail(
    503,
    `workspace re-registering — please retry in ${REREGISTER_RETRY_SECONDS} seconds`,
    {
      detail: "The agent learns the new inbound secret with its next heartbeat.",
      retry_after_seconds: REREGISTER_RETRY_SECONDS,
    },
  );
}

/** A container would be restarted; an external agent is simply not there. */
function unreachable(platform: PlatformContext, call: CheckedCall): Response {
  if (call.target.runtime === "external") return fail(502, "failed to reach workspace agent");
  return fail(503, "workspace agent unreachable — container restart triggered", {
    restarting: true,
    ...(isAtLeast(platform.options, "n2") ? { retry_after: RESTART_RETRY_SECONDS } : {}),
  });
}

/** Puts the call into the target's queue; the same message is queued once. */
function enqueue(platform: PlatformContext, call: CheckedCall): Response {
  const { store, clock } = platform;
  const { target, envelope } = call;
  try {
    const waiting = store.queuedFor(target.id);
    const known = waiting.find((item) => item.messageId === envelope.messageId);
    const id = known?.id ?? crypto.randomUUID();
    if (!known) {
      store.insertQueueItem({
        id,
        workspaceId: target.id,
        callerId: call.callerId,
        envelope: envelope.body,
        messageId: envelope.messageId,
        delegationId: call.delegationId ?? null,
        status: "queued",
        priority: NORMAL_PRIORITY,
        attempts: 0,
        enqueuedAt: clock.stamp(),
        dispatchedAt: null,
        completedAt: null,
        lastError: null,
        responseText: null,
      });
    }
    noteOutbound(platform, call.callerId);
    return json(202, {
      queued: true,
      queue_id: id,
      queue_depth: store.queuedFor(target.id).length,
      message: "workspace agent busy — request queued, will dispatch when capacity available",
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return json(503, {
      error: "workspace agent busy — retry after a short backoff",
      busy: true,
      retry_after: BUSY_RETRY_SECONDS,
    }, { "Retry-After": String(BUSY_RETRY_SECONDS) });
  }
}
