/**
 * Delivering a checked call to a push-mode target: at once, or into the queue when it is busy.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { fail } from "../server/http.ts";
import { type CheckedCall, errorOf, logDelivery } from "./call.ts";
import { enqueueCall } from "./enqueue.ts";
import { mintInboundSecret } from "./inbound_secret.ts";
import { push, type PushResult } from "./push.ts";

const RESTART_RETRY_SECONDS = 15;
const NO_CONTENT = 204;

/**
 * Delivers the call. A target whose last heartbeat reports as many tasks as it can take counts as
 * busy (the local platform's stand-in for an agent that does not take the connection).
 */
export async function deliver(platform: PlatformContext, call: CheckedCall): Promise<Response> {
  if (call.target.activeTasks >= call.target.maxConcurrentTasks) return enqueueCall(platform, call);
  const refusal = refuseWithoutSecret(platform, call);
  if (refusal) return refusal;
  const startedMs = platform.clock.nowMs();
  const result = await push(platform, call.target, call.envelope.body);
  if (result.kind === "no answer") return enqueueCall(platform, call);
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

/** N3 presents the inbound secret; an agent that has none yet learns it with its next heartbeat. */
function refuseWithoutSecret(platform: PlatformContext, call: CheckedCall): Response | undefined {
  const { id, runtime, inboundSecret } = call.target;
  if (runtime !== "external" || inboundSecret !== null) return undefined;
  return isAtLeast(platform.options, "n3") ? mintInboundSecret(platform, id) : undefined;
}

/** A container would be restarted; an external agent is simply not there. */
function unreachable(platform: PlatformContext, call: CheckedCall): Response {
  if (call.target.runtime === "external") return fail(502, "failed to reach workspace agent");
  return fail(503, "workspace agent unreachable — container restart triggered", {
    restarting: true,
    ...(isAtLeast(platform.options, "n2") && { retry_after: RESTART_RETRY_SECONDS }),
  });
}
