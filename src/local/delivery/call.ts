/**
 * A call between workspaces, and its row in the activity log.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { logActivity } from "../state/activity_log.ts";
import { isObject, parseJson } from "../state/json.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import type { Envelope } from "./envelope.ts";
import type { PushResult } from "./push.ts";

/** A call to be passed on. */
export interface ProxyCall {
  /** Null: the user at the canvas, who may talk to every workspace. */
  callerId: string | null;
  targetId: string;
  /** The request body. */
  text: string;
  /** Set when a delegation makes the call. */
  delegationId?: string;
  /** A notice of the platform, out of the target's queue; it has no caller either. */
  fromPlatform?: boolean;
}

/** A call that has passed the checks. */
export interface CheckedCall extends Pick<ProxyCall, "callerId" | "delegationId" | "fromPlatform"> {
  target: WorkspaceRow;
  envelope: Envelope;
}

/** Writes the call into the target's activity log, with the answer or the error. */
export function logDelivery(
  platform: PlatformContext,
  call: CheckedCall,
  result: PushResult,
  durationMs: number,
): void {
  const { callerId, target, envelope } = call;
  const problem = problemOf(result);
  if (problem === undefined) noteOutbound(platform, callerId);
  const reply = result.kind === "answered" ? parseJson(result.text) : undefined;
  logActivity(platform, {
    workspaceId: target.id,
    activityType: "a2a_receive",
    sourceId: callerId,
    targetId: target.id,
    method: envelope.method || null,
    summary: summaryOf(call),
    requestBody: envelope.body,
    durationMs,
    responseBody: reply,
    status: problem === undefined ? "ok" : "error",
    errorDetail: problem ?? null,
  });
}

/** Why a delivery failed, in a few words; undefined when it succeeded. */
export function problemOf(result: PushResult): string | undefined {
  switch (result.kind) {
    case "unreachable":
      return "failed to reach workspace agent";
    case "no answer":
      return "workspace agent busy";
    case "broken off":
      return "failed to read agent response";
    case "answered":
      return result.status < 300 ? undefined : errorOf(result);
  }
}

/** The agent's own error when it is a string, else only the status text. */
export function errorOf(result: Extract<PushResult, { kind: "answered" }>): string {
  const reply = parseJson(result.text);
  if (isObject(reply) && typeof reply.error === "string") return reply.error;
  return result.statusText || `HTTP ${result.status}`;
}

/** Records when the caller last wrote to another workspace. */
export function noteOutbound(platform: PlatformContext, callerId: string | null): void {
  if (callerId === null) return;
  platform.store.updateWorkspace(callerId, { lastOutboundAt: platform.clock.nowMicros() });
}

/** The method and the name of the target. */
export function summaryOf({ target, envelope }: Pick<CheckedCall, "target" | "envelope">): string {
  return `${envelope.method} → ${target.name}`;
}
