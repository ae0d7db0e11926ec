/**
 * A request as the page shows it.
 *
 * @module
 */
import type { RequestMessageRow, RequestRow } from "../state/rows.ts";
import { formatOptional, formatTimestamp } from "../state/timestamps.ts";
import { cutWithRemark } from "./cut_with_remark.ts";
import type { RequestMessageView, RequestView } from "./protocol.ts";

const MAX_TITLE_UNITS = 2_000;
/** Of a detail and of a message. */
const MAX_TEXT_UNITS = 8_000;
/** Of whatever an agent gave as the id of another one. */
const MAX_ID_UNITS = 200;

/** @param messages Oldest first @param limit The newest so many are shown */
export function requestView(
  row: RequestRow,
  messages: readonly RequestMessageRow[],
  limit: number,
): RequestView {
  const shown = messages.slice(-limit);
  return {
    id: row.id,
    kind: row.kind,
    requesterId: row.requesterId,
    recipientId: row.recipientType === "user" ? null : cutWithRemark(row.recipientId, MAX_ID_UNITS),
    title: cutWithRemark(row.title, MAX_TITLE_UNITS),
    detail: row.detail === null ? null : cutWithRemark(row.detail, MAX_TEXT_UNITS),
    status: row.status,
    responderType: row.responderType,
    responderId: row.responderId,
    priority: row.priority,
    createdAt: formatTimestamp(row.createdAt),
    updatedAt: formatTimestamp(row.updatedAt),
    respondedAt: formatOptional(row.respondedAt),
    messages: shown.map(messageView),
    olderMessages: messages.length - shown.length,
  };
}

/** UTF-16 units of its texts. */
export function unitsOfView({ title, detail, messages }: RequestView): number {
  const written = messages.reduce((sum, { body }) => sum + body.length, 0);
  return title.length + (detail?.length ?? 0) + written;
}

function messageView(row: RequestMessageRow): RequestMessageView {
  return {
    id: row.id,
    authorType: row.authorType,
    authorId: row.authorId,
    body: cutWithRemark(row.body, MAX_TEXT_UNITS),
    createdAt: formatTimestamp(row.createdAt),
  };
}
