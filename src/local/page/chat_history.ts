/**
 * The chats that a platform had before it was started again, out of its activity log.
 *
 * @module
 */
import { isNotice } from "../delivery/enqueue.ts";
import { partText, replyText } from "../delivery/envelope.ts";
import { isObject, type Json, textOf } from "../state/json.ts";
import type { ActivityRow } from "../state/rows.ts";
import { formatTimestamp } from "../state/timestamps.ts";
import { fileViews } from "./chat_files.ts";
import type { NewMessage } from "./chat_store.ts";

/** The messages of a row of the log, in their order; most have none. */
export function messagesOf(row: ActivityRow): NewMessage[] {
  if (row.sourceId !== null || row.activityType !== "a2a_receive") return [];
  if (row.method === "notify") {
    const body = isObject(row.responseBody) ? row.responseBody : {};
    return [messageOf(row, "agent", body.result, body.parts)];
  }
  const reply = replyOf(row);
  const answer = reply === undefined ? [] : [messageOf(row, "agent", reply, [])];
  return [...writtenIn(row), ...answer];
}

/** What a called agent answered to the user. */
export function replyOf(row: ActivityRow): string | undefined {
  // Only a call takes time; what is answered to a message that waits is the platform's.
  if (row.sourceId !== null || row.method !== "message/send" || row.durationMs === null) {
    return undefined;
  }
  // The user has not asked what the platform asked.
  if (isNotice(messageIdOf(row))) return undefined;
  return replyText(row.responseBody);
}

function messageIdOf({ requestBody }: ActivityRow): string {
  const { params } = isObject(requestBody) ? requestBody : {};
  const { message } = isObject(params) ? params : {};
  return isObject(message) ? textOf(message.messageId) : "";
}

/** The user's own words: notices of the platform have no sender either, and do not say who sent them. */
function writtenIn(row: ActivityRow): NewMessage[] {
  const { params } = isObject(row.requestBody) ? row.requestBody : {};
  const { message, metadata } = isObject(params) ? params : {};
  if (!isObject(message) || !isObject(metadata) || metadata.source !== "canvas_user") return [];
  const parts = Array.isArray(message.parts) ? message.parts : [];
  const text = parts.map(partText).filter((part) => part !== "").join("\n");
  return [messageOf(row, "user", text, parts)];
}

function messageOf(
  row: ActivityRow,
  from: NewMessage["from"],
  text: Json | undefined,
  parts: Json | undefined,
): NewMessage {
  const { workspaceId, createdAt } = row;
  const files = Array.isArray(parts)
    ? parts.map((part) => isObject(part) ? part.file : undefined).filter(isObject)
    : [];
  return {
    workspaceId,
    from,
    text: textOf(text),
    at: formatTimestamp(createdAt),
    files: fileViews(undefined, workspaceId, files),
    error: from === "user" ? row.errorDetail : null,
  };
}
