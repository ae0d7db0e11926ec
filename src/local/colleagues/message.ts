/**
 * A message as a colleague reads it, from a row of its activity log or from a call.
 *
 * @module
 */
import { partText } from "../delivery/envelope.ts";
import { isObject, type Json, textOf } from "../state/json.ts";

/** A message. */
export interface Message {
  readonly id: string;
  /** With the names of its files. */
  readonly text: string;
  /** Whether it says that it answers another one: then it gets no answer. */
  readonly isReply: boolean;
  /** Whether it says that a person wrote it; a caller may say so wrongly. */
  readonly claimsUser: boolean;
}

/** The message of a `message/send` envelope; undefined when it is something else. */
export function messageIn(envelope: Json | undefined): Message | undefined {
  if (!isObject(envelope) || envelope.method !== "message/send") return undefined;
  const params = isObject(envelope.params) ? envelope.params : {};
  const { message, metadata } = params;
  if (!isObject(message)) return undefined;
  const parts = Array.isArray(message.parts) ? message.parts : [];
  const about = isObject(metadata) ? metadata : {};
  return {
    id: textOf(message.messageId),
    text: parts.map(wordsOf).filter((text) => text !== "").join("\n"),
    isReply: typeof about.in_reply_to === "string",
    claimsUser: about.source === "canvas_user",
  };
}

function wordsOf(part: Json): string {
  const text = partText(part);
  if (text !== "" || !isObject(part) || !isObject(part.file)) return text;
  const { name } = part.file;
  return typeof name === "string" ? `[file: ${name}]` : "[file]";
}

/** A message in the inbox. */
export interface InboxMessage extends Message {
  /** The writer; null: the user. */
  readonly from: string | null;
}

/** The message of a row of the activity log; undefined: it is none to be answered. */
export function messageOfRow(row: Json): InboxMessage | undefined {
  if (!isObject(row) || row.activity_type !== "a2a_receive") return undefined;
  const message = messageIn(row.request_body);
  if (!message || row.source_id === row.workspace_id) return undefined;
  if (typeof row.source_id === "string") return { ...message, from: row.source_id };
  return message.claimsUser ? { ...message, from: null } : undefined; // Else the platform's words.
}
