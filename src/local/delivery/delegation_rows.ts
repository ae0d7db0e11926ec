/**
 * The rows of delegations in the activity log: one for the request, one for the result
 * (src/platform/API.md, "List delegations").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { insertActivity } from "../state/activity_log.ts";
import { isObject, type Json, parseJson } from "../state/json.ts";
import type { ActivityRow } from "../state/rows.ts";
import { cutBytes } from "../state/utf8.ts";
import { replyText } from "./envelope.ts";

const SUMMARY_BYTES = 80;
const REQUEST = "delegate";
const RESULT = "delegate_result";

/** A delegation between two workspaces. */
export interface Delegation {
  id: string;
  sourceId: string;
  targetId: string;
  task: string;
  idempotencyKey?: string;
}

/** Stores the request row. @throws StoreError */
export function insertRequestRow(
  platform: PlatformContext,
  delegation: Delegation,
  status: string,
): void {
  const { id, sourceId, targetId, task, idempotencyKey } = delegation;
  insertActivity(platform, {
    workspaceId: sourceId,
    activityType: "delegation",
    sourceId,
    targetId,
    method: REQUEST,
    summary: `Delegating to ${targetId}`,
    status,
    requestBody: { task, delegation_id: id },
    // Bookkeeping, but the list of delegations shows it as the preview of an answer.
    responseBody: isAtLeast(platform.options, "n3") ? { delegation_id: id } : undefined,
    idempotencyKey: idempotencyKey || undefined,
  });
}

/** Sets the status (and the error) of the request row. @returns The row as it was before, if any */
export function updateRequestRow(
  platform: PlatformContext,
  sourceId: string,
  delegationId: string,
  status: string,
  error?: string,
): ActivityRow | undefined {
  const row = findRow(platform, sourceId, REQUEST, delegationId);
  if (!row) return undefined;
  platform.store.updateActivity(row.id, {
    status,
    errorDetail: error ?? row.errorDetail,
  });
  return row;
}

/** The row that holds the idempotency key; a failed delegation frees its key. */
export function findByKey(
  platform: PlatformContext,
  sourceId: string,
  idempotencyKey: string,
): ActivityRow | undefined {
  const [row] = platform.store.activity(sourceId, {
    activityType: "delegation",
    method: REQUEST,
    idempotencyKey,
    order: "newest first",
    limit: 1,
  });
  return row?.status === "failed" ? undefined : row;
}

/** Stores the result of a delegation that was answered. */
export function insertCompleted(
  platform: PlatformContext,
  delegation: Pick<Delegation, "id" | "sourceId" | "targetId">,
  text: string,
): void {
  insertResultRow(platform, delegation, {
    status: "completed",
    summary: completedSummary(text),
    responseBody: { text, delegation_id: delegation.id },
  });
  if (platform.options.delegationResultInboxPush) pushIntoInbox(platform, delegation, text);
}

/** Stores the result of a delegation that waits for a busy target. */
export function insertQueued(platform: PlatformContext, delegation: Delegation): void {
  insertResultRow(platform, delegation, {
    status: "queued",
    summary: "Delegation queued — target at capacity",
    responseBody: { queued: true, delegation_id: delegation.id },
  });
}

/** Stores the result of a delegation that failed: it has no bodies, so it does not tell its id. */
export function insertFailed(
  platform: PlatformContext,
  delegation: Delegation,
  error: string,
): void {
  insertResultRow(platform, delegation, {
    status: "failed",
    summary: "Delegation failed",
    errorDetail: error,
  });
}

/** Completes the result row of a delegation that had waited; its request row stays `queued`. */
export function completeQueuedDelegation(
  platform: PlatformContext,
  sourceId: string,
  delegationId: string,
  replyBody: string,
): void {
  const row = findRow(platform, sourceId, RESULT, delegationId);
  if (!row) return;
  const text = answerText(replyBody);
  platform.store.updateActivity(row.id, {
    status: "completed",
    summary: completedSummary(text),
    responseBody: { text, delegation_id: delegationId },
  });
}

/** The text of an answer; the whole body when its shape is unknown (as that of a poll answer). */
export function answerText(replyBody: string): string {
  return replyText(parseJson(replyBody)) ?? replyBody;
}

/** The delegation that a row belongs to; undefined for a failed result row. */
export function delegationIdOf(row: ActivityRow): string | undefined {
  return memberText(row.responseBody, "delegation_id") ??
    memberText(row.requestBody, "delegation_id");
}

function insertResultRow(
  platform: PlatformContext,
  delegation: Pick<Delegation, "sourceId" | "targetId">,
  more: Pick<ActivityRow, "status" | "summary"> & Partial<ActivityRow>,
): void {
  const { sourceId, targetId } = delegation;
  insertActivity(platform, {
    workspaceId: sourceId,
    activityType: "delegation",
    sourceId,
    targetId,
    method: RESULT,
    ...more,
  });
}

/** N2's flag: the delegator finds the result in its inbox, where the client looks for it. */
function pushIntoInbox(
  platform: PlatformContext,
  delegation: Pick<Delegation, "id" | "sourceId" | "targetId">,
  text: string,
): void {
  const { id, sourceId, targetId } = delegation;
  insertActivity(platform, {
    workspaceId: sourceId,
    activityType: "a2a_receive",
    sourceId,
    targetId,
    method: RESULT,
    summary: "Delegation completed",
    requestBody: { delegation_id: id },
    responseBody: { text, delegation_id: id },
  });
}

function findRow(
  platform: PlatformContext,
  sourceId: string,
  method: string,
  delegationId: string,
): ActivityRow | undefined {
  return platform.store.activity(sourceId, {
    activityType: "delegation",
    method,
    order: "newest first",
    limit: Number.MAX_SAFE_INTEGER,
  }).find((row) => delegationIdOf(row) === delegationId);
}

function completedSummary(text: string): string {
  return `Delegation completed (${cutBytes(text, SUMMARY_BYTES)})`;
}

function memberText(body: Json | undefined, name: string): string | undefined {
  const value = isObject(body) ? body[name] : undefined;
  return typeof value === "string" ? value : undefined;
}
