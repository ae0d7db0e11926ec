import type { JsonObject } from "../state/json.ts";
import type { RequestMessageRow, RequestRow } from "../state/rows.ts";
import { formatOptional, formatTimestamp } from "../state/timestamps.ts";

/** A request as an answer shows it: every key is always there. */
export function requestView(row: RequestRow): JsonObject {
  return {
    id: row.id,
    kind: row.kind,
    requester_type: row.requesterType,
    requester_id: row.requesterId,
    org_id: row.orgId,
    recipient_type: row.recipientType,
    recipient_id: row.recipientId,
    title: row.title,
    detail: row.detail,
    status: row.status,
    responder_type: row.responderType,
    responder_id: row.responderId,
    priority: row.priority,
    created_at: formatTimestamp(row.createdAt),
    updated_at: formatTimestamp(row.updatedAt),
    responded_at: formatOptional(row.respondedAt),
  };
}

/** What was written to one, as an answer shows it. */
export function requestMessageView(row: RequestMessageRow): JsonObject {
  return {
    id: row.id,
    request_id: row.requestId,
    author_type: row.authorType,
    author_id: row.authorId,
    body: row.body,
    created_at: formatTimestamp(row.createdAt),
  };
}
