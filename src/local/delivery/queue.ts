/**
 * The queue of calls that wait for a busy push-mode target (platform-api 9.6).
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { logDelivery, problemOf } from "./call.ts";
import { completeQueuedDelegation } from "./delegation_rows.ts";
import { push } from "./push.ts";

const MAX_ATTEMPTS = 5;

/** Delivers the oldest waiting call of a workspace that has room again. @throws StoreError */
export async function drainOne(platform: PlatformContext, workspaceId: string): Promise<void> {
  const { store, clock } = platform;
  const [item] = store.queuedFor(workspaceId);
  const target = store.workspace(workspaceId);
  if (!item || !target?.url) return;
  const attempts = item.attempts + 1;
  const startedMs = clock.nowMs();
  store.updateQueueItem(item.id, {
    status: "dispatched",
    attempts,
    dispatchedAt: clock.nowMicros(),
  });

  const result = await push(platform, target.url, item.envelope);
  const problem = problemOf(result);
  if (problem !== undefined || result.kind !== "answered") {
    const given = attempts >= MAX_ATTEMPTS;
    store.updateQueueItem(item.id, {
      status: given ? "failed" : "queued",
      lastError: problem ?? null,
      completedAt: given ? clock.nowMicros() : null,
    });
    return;
  }
  const { callerId, delegationId, envelope: body, messageId } = item;
  const method = typeof body.method === "string" ? body.method : "";
  const call = { callerId, target, envelope: { body, method, messageId } };
  logDelivery(platform, call, result, Math.round(clock.nowMs() - startedMs));
  store.updateQueueItem(item.id, {
    status: "completed",
    completedAt: clock.nowMicros(),
    responseText: delegationId === null ? null : result.text,
  });
  if (delegationId !== null && callerId !== null) {
    completeQueuedDelegation(platform, callerId, delegationId, result.text);
  }
}
