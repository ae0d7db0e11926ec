/**
 * Delivery to a poll-mode workspace: the message waits in its activity log (src/platform/API.md,
 * "What the receiver sees").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { announceActivity, insertActivity } from "../state/activity_log.ts";
import type { ActivityRow } from "../state/rows.ts";
import { type CheckedCall, noteOutbound, summaryOf } from "./call.ts";
import { contentOf } from "./canvas_call.ts";

/**
 * Stores the message. N3 stores it before it decides how to deliver it, and merges a message whose
 * id the log knows, whoever sent it; the row is announced each time. @throws StoreError
 */
export function storeForPolling(platform: PlatformContext, call: CheckedCall): ActivityRow {
  const { callerId, target, envelope } = call;
  const { mergeId } = envelope;
  const queued = `${summaryOf(call)} (queued for poll)`;
  const known = mergeId === undefined
    ? undefined
    : platform.store.activityByMessage(target.id, mergeId);
  const row = known ?? insertActivity(platform, {
    workspaceId: target.id,
    activityType: "a2a_receive",
    sourceId: callerId,
    targetId: target.id,
    method: envelope.method || null,
    summary: mergeId === undefined ? queued : `${summaryOf(call)} (ingest)`,
    requestBody: envelope.body,
    messageId: mergeId,
  });
  announceActivity(platform, row);
  if (mergeId !== undefined) {
    if (callerId === null) {
      const data = { content: contentOf(envelope), message_id: mergeId, workspace_id: target.id };
      platform.events.emit(target.id, "USER_MESSAGE", data);
    }
    if (!call.fromPlatform) announceActivity(platform, { ...row, summary: queued });
  }
  noteOutbound(platform, callerId);
  return row;
}
