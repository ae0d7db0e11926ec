import { cleanLine, cleanText } from "../safety/untrusted_text.ts";
import { field, isObject, textField } from "../platform/json.ts";

/** A file that comes with a message. */
export interface Attachment {
  readonly kind: string;
  readonly uri?: string;
  readonly mime_type?: string;
  readonly name?: string;
}

/** An inbound message as the agent sees it; field names of the reference (runtime-behaviour C4). */
export interface InboxMessage {
  readonly activity_id: string;
  readonly text: string;
  /** The sending workspace; empty for a user. */
  readonly peer_id: string;
  readonly kind: "canvas_user" | "peer_agent" | "delegation_result";
  readonly method: string;
  /** RFC 3339. */
  readonly created_at: string;
  /** Which of several workspaces it arrived at. */
  readonly arrival_workspace_id?: string;
  readonly peer_name?: string;
  readonly peer_role?: string;
  readonly agent_card_url?: string;
  readonly attachments?: readonly Attachment[];
}

/** What an activity row means for the inbox. */
export type ClassifiedRow =
  | { readonly kind: "message"; readonly id: string; readonly message: InboxMessage }
  /** A file that the user sent: to be fetched before the messages that mention it. */
  | {
    readonly kind: "upload";
    readonly id: string;
    readonly upload: { readonly fileId: string; readonly name: string };
    readonly message: InboxMessage;
  }
  /** Not for the agent; the cursor passes it. */
  | { readonly kind: "skip"; readonly id: string }
  /** No row at all: without an id there is nothing to acknowledge. */
  | { readonly kind: "invalid" };

/** Where a row arrived and what is known there. */
export interface ClassifyOptions {
  readonly workspaceId: string;
  /** Name the workspace in the message: the agent has several. */
  readonly tagArrival: boolean;
  /** Whether this agent uploaded the file itself, so that the row is only an echo. */
  readonly isOwnUpload: (fileId: string) => boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EMPTY_TEXT = "(empty A2A message)";
const MAX_NAME_LENGTH = 120;
const FILE_KINDS = new Set(["file", "image", "audio", "video"]);

/**
 * What a row of the activity log means (platform-api 11.1, runtime-behaviour C4). Total: any JSON
 * gives an answer.
 */
export function classifyRow(row: unknown, options: ClassifyOptions): ClassifiedRow {
  const id = textField(row, "id");
  if (id === undefined) return { kind: "invalid" };
  const method = textField(row, "method") ?? "";
  const sourceId = textField(row, "source_id") ?? "";
  const isOwn = sourceId.toLowerCase() === options.workspaceId;
  // Its own words to the user, and its own reports of what it did.
  if (method === "notify" && sourceId === "") return { kind: "skip", id };
  if (isOwn && method !== "delegate_result") return { kind: "skip", id };

  const body = decodedBody(field(row, "request_body"));
  const message = messageOf(row, { id, method, sourceId, body, options });
  if (method !== "chat_upload_receive") return { kind: "message", id, message };
  const fileId = textField(body, "file_id");
  // Without a usable id there is nothing to fetch, but the user did send something.
  if (fileId === undefined || !UUID.test(fileId)) return { kind: "message", id, message };
  if (options.isOwnUpload(fileId)) return { kind: "skip", id };
  return {
    kind: "upload",
    id,
    upload: { fileId: fileId.toLowerCase(), name: textField(body, "name") ?? "file" },
    message,
  };
}

interface RowParts {
  readonly id: string;
  readonly method: string;
  readonly sourceId: string;
  readonly body: unknown;
  readonly options: ClassifyOptions;
}

function messageOf(row: unknown, parts: RowParts): InboxMessage {
  const { id, method, sourceId, body, options } = parts;
  const isResult = method === "delegate_result";
  const name = cleanLine(textField(row, "peer_name") ?? "", MAX_NAME_LENGTH);
  const role = cleanLine(textField(row, "peer_role") ?? "", MAX_NAME_LENGTH);
  const url = textField(row, "agent_card_url")?.trim();
  const attachments = attachmentsOf(row, body);
  return {
    activity_id: id,
    text: cleanText(textOf(row, body, isResult)),
    peer_id: cleanText(isResult ? textField(row, "target_id") ?? sourceId : sourceId),
    kind: isResult ? "delegation_result" : sourceId === "" ? "canvas_user" : "peer_agent",
    method: cleanText(method),
    created_at: cleanText(textField(row, "created_at") ?? ""),
    ...(options.tagArrival && { arrival_workspace_id: options.workspaceId }),
    ...(name !== undefined && { peer_name: name }),
    ...(role !== undefined && { peer_role: role }),
    ...(url && { agent_card_url: cleanText(url) }),
    ...(attachments.length > 0 && { attachments }),
  };
}

/** Old rows hold the body as a JSON string. */
function decodedBody(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // Undecodable counts as absent; the summary still says something.
  }
}

function textOf(row: unknown, body: unknown, isResult: boolean): string {
  const params = field(body, "params");
  for (const holder of [field(params, "message"), params, body]) {
    const text = partsOf(holder).map((part) =>
      isTextPart(part) ? textField(part, "text") ?? "" : ""
    )
      .join("");
    if (text !== "") return text;
  }
  const result = isResult ? textField(field(row, "response_body"), "text") : undefined;
  return result ?? textField(row, "summary") ?? EMPTY_TEXT;
}

function partsOf(holder: unknown): readonly unknown[] {
  const parts = field(holder, "parts");
  return Array.isArray(parts) ? parts : [];
}

function isTextPart(part: unknown): boolean {
  return field(part, "kind") === "text" || field(part, "type") === "text";
}

function attachmentsOf(row: unknown, body: unknown): Attachment[] {
  const listed = field(row, "attachments");
  if (Array.isArray(listed)) {
    const found = listed.flatMap((entry) => {
      const kind = textField(entry, "kind");
      return kind === undefined ? [] : attachment(kind, entry);
    });
    if (found.length > 0) return found;
  }
  const parts = partsOf(field(field(body, "params"), "message"));
  const fromParts = parts.flatMap((part) => {
    const kind = textField(part, "kind") ?? textField(part, "type");
    if (kind === undefined || !FILE_KINDS.has(kind)) return [];
    const file = field(part, "file");
    return attachment(kind, isObject(file) ? file : part);
  });
  if (fromParts.length > 0) return fromParts;
  // The manifest of an upload row.
  if (textField(body, "file_id") === undefined) return [];
  const mimeType = mimeTypeOf(body) ?? "";
  const family = /^(image|audio|video)\//.exec(mimeType)?.[1];
  return attachment(family ?? "file", body);
}

function attachment(kind: string, source: unknown): Attachment[] {
  const uri = textField(source, "uri");
  const name = cleanLine(textField(source, "name") ?? "", MAX_NAME_LENGTH);
  if (uri === undefined && name === undefined) return [];
  const mimeType = mimeTypeOf(source);
  return [{
    kind: cleanText(kind),
    ...(uri !== undefined && { uri: cleanText(uri) }),
    ...(mimeType !== undefined && { mime_type: cleanText(mimeType) }),
    ...(name !== undefined && { name }),
  }];
}

function mimeTypeOf(source: unknown): string | undefined {
  return textField(source, "mimeType") ?? textField(source, "mime_type");
}
