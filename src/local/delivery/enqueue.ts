/**
 * Putting calls into the queue of a workspace, which its next heartbeat with room for a task drains
 * (`drain.ts`), or a sweep (`sweep.ts`): calls for a busy push-mode one (src/platform/API.md, "The queue of a busy agent"),
 * and notices of the platform for any (src/platform/API.md, "The platform's own words").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { fail, json } from "../server/http.ts";
import type { JsonObject } from "../state/json.ts";
import type { QueueRow } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";
import { type CheckedCall, noteOutbound } from "./call.ts";

const BUSY_RETRY_SECONDS = 30;
const NORMAL_PRIORITY = 50;

/**
 * Puts the call into the target's queue; the same message is queued once. Answers 202, or 503
 * while the database is away.
 */
export function enqueueCall(platform: PlatformContext, call: CheckedCall): Response {
  const { store } = platform;
  const { target, envelope, callerId } = call;
  const { messageId } = envelope;
  try {
    const known = store.queuedFor(target.id).find((item) => item.messageId === messageId);
    const id = known?.id ?? insertQueued(platform, {
      workspaceId: target.id,
      callerId,
      envelope: envelope.body,
      messageId,
      delegationId: call.delegationId ?? null,
    });
    noteOutbound(platform, callerId);
    return json(202, {
      queued: true,
      queue_id: id,
      queue_depth: store.queuedFor(target.id).length,
      message: "workspace agent busy — request queued, will dispatch when capacity available",
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const more = { busy: true, retry_after: BUSY_RETRY_SECONDS };
    const response = fail(503, "workspace agent busy — retry after a short backoff", more);
    response.headers.set("Retry-After", String(BUSY_RETRY_SECONDS));
    return response;
  }
}

/** Something that the platform itself writes to a workspace. */
export interface Notice {
  /** It tells a notice from what a person wrote. */
  messageId: string;
  text: string;
  /** Of the message. */
  messageMetadata?: JsonObject;
  /** Of the call's parameters. */
  metadata?: JsonObject;
  /** While one with the same key waits, another is not queued. */
  idempotencyKey?: string;
}

/** How the ids of messages begin by which an agent learns of an answer. */
export const ANSWER_PREFIX = "request-responded:";
/** … of what was written to its request. */
export const QUESTION_PREFIX = "request-message:";
/** … that requests wait for it. */
export const NUDGE_PREFIX = "inbox-nudge-";

/** Whether the message with this id is the platform's word about a request that was raised. */
export function isAboutRequest(messageId: string): boolean {
  return [ANSWER_PREFIX, QUESTION_PREFIX].some((prefix) => messageId.startsWith(prefix));
}

/** Whether the platform itself wrote the message with this id, and no person. */
export function isNotice(messageId: string): boolean {
  return isAboutRequest(messageId) || messageId.startsWith(NUDGE_PREFIX);
}

/** Has a notice of the platform wait for the workspace. @throws StoreError */
export function enqueueNotice(
  platform: PlatformContext,
  workspaceId: string,
  { messageId, text, messageMetadata, metadata, idempotencyKey }: Notice,
): void {
  const waiting = idempotencyKey === undefined ? [] : platform.store.queuedFor(workspaceId);
  if (waiting.some((item) => item.idempotencyKey === idempotencyKey)) return;
  // Without `jsonrpc` and `id`: they are added when the notice is delivered.
  const message: JsonObject = {
    role: "user",
    messageId,
    parts: [{ kind: "text", text }],
    ...(messageMetadata && { metadata: messageMetadata }),
  };
  const envelope = {
    method: "message/send",
    params: { message, ...(metadata && { metadata }) },
  };
  const row = { workspaceId, callerId: null, envelope, messageId, delegationId: null };
  insertQueued(platform, { ...row, ...(idempotencyKey !== undefined && { idempotencyKey }) });
}

/** @returns The id of the new row */
function insertQueued(
  { store, clock }: PlatformContext,
  row:
    & Pick<QueueRow, "workspaceId" | "callerId" | "envelope" | "messageId" | "delegationId">
    & Partial<Pick<QueueRow, "idempotencyKey">>,
): string {
  const id = crypto.randomUUID();
  store.insertQueueItem({
    ...row,
    id,
    status: "queued",
    priority: NORMAL_PRIORITY,
    attempts: 0,
    enqueuedAt: clock.stamp(),
    dispatchedAt: null,
    completedAt: null,
    lastError: null,
    responseText: null,
  });
  return id;
}
