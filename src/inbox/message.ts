import { field, textField } from "../lib/json.ts";
import { peerLine, peerText } from "../safety/untrusted/untrusted_text.ts";
import {
  type Attachment,
  attachmentsOf,
  MAX_NAME_LENGTH,
  type ReceivedFile,
} from "./files/attachments.ts";
import { decodedBody } from "./message_parts.ts";
import { cleanedPeerText, resultTextOf, textOf } from "./message_text.ts";
import { isUuid } from "../lib/uuid.ts";
import { aboutRequest, type RequestFields, requestWords } from "./requests/request_words.ts";

export type { Attachment } from "./files/attachments.ts";

/** All kinds of messages. */
export const MESSAGE_KINDS = [
  "canvas_user",
  "peer_agent",
  "delegation_result",
  "platform",
  /** A task or an approval that somebody asks of this workspace. */
  "request",
  /** What became of one that this workspace raised. */
  "request_decision",
  /** Somebody wrote to a request. */
  "request_message",
  /** Somebody else closed one: what was asked of this workspace, or cancelled what it raised. */
  "request_closed",
] as const;

/** What it is and who wrote it, judged by what the platform recorded, never by what a sender can write. */
export type MessageKind = typeof MESSAGE_KINDS[number];

/**
 * An inbound message as the agent sees it; field names of the reference (tests/README.md, "Messages
 * of the inbox").
 */
export interface InboxMessage extends RequestFields {
  /** A row's id; of what has no row, the request's or its message's, or `closed-` and the request's. */
  readonly activity_id: string;
  readonly text: string;
  /** The sending workspace; empty for a user. */
  readonly peer_id: string;
  readonly kind: MessageKind;
  /** In a peer's message, whatever the peer chose: it proves nothing. */
  readonly method: string;
  /** RFC 3339. */
  readonly created_at: string;
  /** The workspace it arrived at, if there are several. */
  readonly arrival_workspace_id?: string;
  readonly peer_name?: string;
  readonly peer_role?: string;
  readonly agent_card_url?: string;
  readonly attachments?: readonly Attachment[];
  /** Whether the peer wrote it to the whole organisation. */
  readonly broadcast?: true;
  /** What the agent should know about how the message arrived. */
  readonly note?: string;
}

/** What an activity row means for the inbox. */
export type ClassifiedRow =
  | { readonly kind: "message"; readonly id: string; readonly message: InboxMessage }
  /** A file that the user sent, to be fetched before the messages that mention it. */
  | {
    readonly kind: "file";
    readonly id: string;
    readonly file: ReceivedFile;
    readonly message: InboxMessage;
  }
  /** Not for the agent; the cursor passes it. */
  | { readonly kind: "skip"; readonly id: string }
  /** Not a row: without an id there is nothing to acknowledge. */
  | { readonly kind: "invalid" };

/** Where a row arrived, and what is known there. */
export interface ClassifyOptions {
  readonly workspaceId: string;
  /** Whether to name the workspace in the message, because the agent has several. */
  readonly tagArrival: boolean;
  /** Whether this agent sent the file itself, so that the row is only an echo. */
  readonly isSentFile: (fileId: string) => boolean;
}

const MESSAGE_TYPE = "a2a_receive";
const BROADCAST_TYPE = "broadcast_receive";
const BROADCAST_NOTE = "the platform keeps only the first 120 characters of a broadcast";
/** A row's id is used in a URL, a file and tool results: one word of visible ASCII. */
const ROW_ID = /^[\x21-\x7e]{1,128}$/;
/** Limits the platform's own fields, and the method, which a peer may choose freely. */
const MAX_FIELD_LENGTH = 128;
/**
 * How the message ids of the platform's reminders begin (src/platform/API.md, "The platform's own
 * words").
 */
const REMINDER_ID = /^inbox-nudge-/;
/** How a platform that marks what comes from the canvas ends its summaries. */
const MARKING_PLATFORM = / \(ingest\)$/;
/**
 * What a row of the activity log means (src/platform/API.md, "What a row means"; tests/README.md,
 * "Messages of the inbox"). Total: any JSON gives an answer.
 */
export function classifyRow(row: unknown, options: ClassifyOptions): ClassifiedRow {
  const id = textField(row, "id");
  if (id === undefined || !ROW_ID.test(id)) return { kind: "invalid" };
  const type = textField(row, "activity_type") ?? MESSAGE_TYPE;
  if (type !== MESSAGE_TYPE && type !== BROADCAST_TYPE) return { kind: "skip", id };
  const method = textField(row, "method") ?? "";
  const sourceId = textField(row, "source_id") ?? "";
  const isOwn = sourceId.toLowerCase() === options.workspaceId;
  // The workspace's own messages to the user, and its own reports of what it did.
  if (method === "notify" && sourceId === "") return { kind: "skip", id };
  if (isOwn && method !== "delegate_result") return { kind: "skip", id };
  if (type === BROADCAST_TYPE) {
    return isOwn ? { kind: "skip", id } : broadcastOf(row, { id, method, sourceId, options });
  }

  const body = decodedBody(row, "request_body");
  const fileId = method === "chat_upload_receive" && sourceId === ""
    ? textField(body, "file_id")
    : undefined;
  // Without a usable id there is nothing to fetch, but the user did send something.
  const receivedFileId = fileId !== undefined && isUuid(fileId) ? fileId.toLowerCase() : undefined;
  const parts = { id, method, sourceId, isOwn, body, receivedFileId, options };
  const message = messageOf(row, parts);
  if (receivedFileId === undefined) return { kind: "message", id, message };
  if (options.isSentFile(receivedFileId)) return { kind: "skip", id };
  return {
    kind: "file",
    id,
    file: { fileId: receivedFileId, name: lineField(body, "name", MAX_NAME_LENGTH) ?? "file" },
    message,
  };
}

/** Whether the text is to stand between the markers of a peer's words, because others' are around it. */
export function isFenced({ kind, by }: Pick<InboxMessage, "kind" | "by">): boolean {
  // The title of a request that was closed may be a peer's, whoever closed it.
  if (kind === "delegation_result" || kind === "request_closed") return true;
  // Of what was written to a request the platform does not say by whom.
  return (kind === "request" || kind === "request_message") && by !== "user";
}

/** A broadcast's row has no bodies: the platform keeps the beginning of the text as its summary. */
function broadcastOf(
  row: unknown,
  { id, method, sourceId, options }: Pick<RowParts, "id" | "method" | "sourceId" | "options">,
): ClassifiedRow {
  const parts = {
    id,
    method,
    sourceId,
    options,
    isOwn: false,
    body: null,
    receivedFileId: undefined,
  };
  const text = peerText(textField(row, "summary") ?? "");
  const message: InboxMessage = {
    ...messageOf(row, parts),
    text: text === "" ? "(empty broadcast)" : text,
    kind: "peer_agent",
    broadcast: true,
    ...(text.endsWith("…") && { note: BROADCAST_NOTE }),
  };
  return { kind: "message", id, message };
}

/** Of a row that says of what was written to a request neither by whom, nor when it is outdated. */
const WRITTEN_NOTE = "get_request shows who wrote it, and whether the request is still open";

interface RowParts {
  readonly id: string;
  readonly method: string;
  readonly sourceId: string;
  /** This workspace is the source; of such rows only a delegation's result gets here. */
  readonly isOwn: boolean;
  readonly body: unknown;
  readonly receivedFileId: string | undefined;
  readonly options: ClassifyOptions;
}

function messageOf(row: unknown, parts: RowParts): InboxMessage {
  const { id, method, body, isOwn, receivedFileId, options } = parts;
  const { workspaceId } = options;
  const kind = kindOf(row, parts);
  const fromUser = kind === "canvas_user";
  const name = lineField(row, "peer_name", MAX_NAME_LENGTH);
  const role = lineField(row, "peer_role", MAX_NAME_LENGTH);
  const url = lineField(row, "agent_card_url");
  const attachments = attachmentsOf(row, body, { workspaceId, fromUser, receivedFileId });
  const text = isOwn ? resultTextOf(row) : textOf(row, body, attachments);
  const { written, ...ofRequest } = kind === "request_decision" || kind === "request_message"
    ? requestWords(messageIdOf(body), text)
    : { written: undefined };
  return {
    activity_id: id,
    // The user may write what a peer may not: nobody else's words are in that message.
    text: fromUser ? text : cleanedPeerText(written ?? text),
    peer_id: senderOf(row, parts),
    kind,
    ...ofRequest,
    ...(written !== undefined && { note: WRITTEN_NOTE }),
    method: peerLine(method, MAX_FIELD_LENGTH) ?? "",
    created_at: lineField(row, "created_at", MAX_FIELD_LENGTH) ?? "",
    ...(options.tagArrival && { arrival_workspace_id: workspaceId }),
    ...(name !== undefined && { peer_name: name }),
    ...(role !== undefined && { peer_role: role }),
    ...(url !== undefined && { agent_card_url: url }),
    ...(attachments.length > 0 && { attachments }),
  };
}

function kindOf(row: unknown, { sourceId, isOwn, body }: RowParts): MessageKind {
  if (isOwn) return "delegation_result";
  if (sourceId !== "") return "peer_agent";
  const origin = textField(field(field(body, "params"), "metadata"), "source");
  if (origin !== undefined) return origin === "canvas_user" ? "canvas_user" : "platform";
  const messageId = messageIdOf(body);
  const ofRequest = aboutRequest(messageId);
  if (ofRequest) return ofRequest;
  return REMINDER_ID.test(messageId) || MARKING_PLATFORM.test(textField(row, "summary") ?? "")
    ? "platform"
    : "canvas_user";
}

function messageIdOf(body: unknown): string {
  return textField(field(field(body, "params"), "message"), "messageId") ?? "";
}

/** The workspace that wrote it; for a delegation's result, the one that had the task. */
function senderOf(row: unknown, { sourceId, isOwn, options }: RowParts): string {
  if (!isOwn) return peerLine(sourceId, MAX_FIELD_LENGTH) ?? "";
  const target = lineField(row, "target_id", MAX_FIELD_LENGTH) ?? "";
  return target.toLowerCase() === options.workspaceId ? "" : target;
}

function lineField(value: unknown, name: string, maxLength?: number): string | undefined {
  return peerLine(textField(value, name) ?? "", maxLength);
}
