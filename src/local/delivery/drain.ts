/**
 * Taking calls out of the queue of a workspace (`enqueue.ts`), when its heartbeat shows room for a
 * task or a sweep comes by (`sweep.ts`; src/platform/API.md, "The queue of a busy agent", src/platform/API.md, "The platform's own
 * words").
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { PlatformContext } from "../context.ts";
import { announceActivity } from "../state/activity_log.ts";
import { type JsonObject, textOf } from "../state/json.ts";
import type { QueueRow, WorkspaceRow } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";
import { logDelivery, problemOf } from "./call.ts";
import { asCanvasCall } from "./canvas_call.ts";
import { completeQueuedDelegation } from "./delegation_rows.ts";
import { NUDGE_PREFIX } from "./enqueue.ts";
import { normalise } from "./envelope.ts";
import { proxyMessage } from "./proxy.ts";
import { push } from "./push.ts";

const MAX_ATTEMPTS = 5;
/** The answer gets into the row a moment after the row appears: a poll may come in between. */
const REPLY_AFTER_MS = 2;

/** Delivers the oldest waiting calls of a workspace, as many as it has room for. */
export async function drain(
  platform: PlatformContext,
  workspaceId: string,
  room: number,
): Promise<void> {
  try {
    for (const item of platform.store.queuedFor(workspaceId).slice(0, room)) {
      // A heartbeat and a sweep may have found the same one.
      if (platform.store.queueItem(item.id)?.status !== "queued") continue;
      const target = platform.store.workspace(workspaceId);
      if (target?.deliveryMode === "poll") await drainForPolling(platform, target, item);
      else if (target?.url) await drainByPush(platform, target, item);
    }
  } catch (error) {
    // While the database is away the rest stays in the queue; nobody waits for an answer.
    if (!(error instanceof StoreError)) throw error;
  }
}

async function drainForPolling(
  platform: PlatformContext,
  target: WorkspaceRow,
  item: QueueRow,
): Promise<void> {
  const { store, clock } = platform;
  const dispatchedAt = clock.nowMicros();
  store.updateQueueItem(item.id, { status: "dispatched", attempts: 1, dispatchedAt });
  const response = await proxyMessage(platform, {
    callerId: item.callerId,
    targetId: target.id,
    text: JSON.stringify(item.envelope),
    fromPlatform: item.callerId === null,
  });
  const responseBody = await response.json();
  store.updateQueueItem(item.id, { status: "completed", completedAt: clock.nowMicros() });
  if (item.messageId.startsWith(NUDGE_PREFIX)) return;
  await sleep(REPLY_AFTER_MS, platform.background.signal);
  const row = store.activityByMessage(target.id, item.messageId);
  if (!row) return;
  store.updateActivity(row.id, { responseBody });
  const summary = `${row.method} (queued turn reply)`;
  announceActivity(platform, { ...row, summary, requestBody: item.envelope, responseBody });
}

async function drainByPush(
  platform: PlatformContext,
  target: WorkspaceRow,
  item: QueueRow,
): Promise<void> {
  const { store, clock } = platform;
  const attempts = item.attempts + 1;
  const startedMs = clock.nowMs();
  store.updateQueueItem(item.id, {
    status: "dispatched",
    attempts,
    dispatchedAt: clock.nowMicros(),
  });

  const body = completed(platform, target, item);
  const result = await push(platform, target, body);
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
  const { callerId, delegationId, messageId } = item;
  const method = textOf(body.method);
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

/** A notice waits as it was written, and becomes a call when it is delivered; calls are complete. */
function completed(platform: PlatformContext, target: WorkspaceRow, item: QueueRow): JsonObject {
  if (item.callerId !== null || "jsonrpc" in item.envelope) return item.envelope;
  const envelope = normalise(JSON.stringify(item.envelope), platform.options.version);
  return envelope instanceof Response
    ? item.envelope
    : asCanvasCall(envelope, target.id, false).body;
}
