import { cleanLine, cleanText } from "../safety/untrusted_text.ts";
import { decodeJson, field, isObject, textField } from "../platform/json.ts";

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

/** A row's id stands in a URL, a file and a tool's answer: one visible ASCII word. */
const ROW_ID = /^[\x21-\x7e]{1,128}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EMPTY_TEXT = "(empty A2A message)";
const MAX_NAME_LENGTH = 120;
/** For what the platform writes itself, and the method, which a peer may choose freely. */
const MAX_FIELD_LENGTH = 128;
const FILE_KINDS = new Set(["file", "image", "audio", "video"]);

/**
 * What a row of the activity log means (platform-api 11.1, runtime-behaviour C4). Total: any JSON
 * gives an answer.
 */
export function classifyRow(row: unknown, options: ClassifyOptions): ClassifiedRow {
  const id = textField(row, "id");
  if (id === undefined || !ROW_ID.test(id)) return { kind: "invalid" };
  const method = textField(row, "method") ?? "";
  const sourceId = textField(row, "source_id") ?? "";
  const isOwn = sourceId.toLowerCase() === options.workspaceId;
  // Its own words to the user, and its own reports of what it did.
  if (method === "notify" && sourceId === "") return { kind: "skip", id };
  if (isOwn && method !== "delegate_result") return { kind: "skip", id };

  const body = decodedBody(row, "request_body");
  const message = messageOf(row, { id, method, sourceId, body, options });
  if (method !== "chat_upload_receive") return { kind: "message", id, message };
  const fileId = textField(body, "file_id");
  // Without a usable id there is nothing to fetch, but the user did send something.
  if (fileId === undefined || !UUID.test(fileId)) return { kind: "message", id, message };
  if (options.isOwnUpload(fileId)) return { kind: "skip", id };
  return {
    kind: "upload",
    id,
    upload: {
      fileId: fileId.toLowerCase(),
      name: lineField(body, "name", MAX_NAME_LENGTH) ?? "file",
    },
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
  const peerId = isResult ? textField(row, "target_id") ?? sourceId : sourceId;
  const name = lineField(row, "peer_name", MAX_NAME_LENGTH);
  const role = lineField(row, "peer_role", MAX_NAME_LENGTH);
  const url = lineField(row, "agent_card_url");
  const attachments = attachmentsOf(row, body, options.workspaceId);
  return {
    activity_id: id,
    text: textOf(row, body, isResult),
    peer_id: cleanLine(peerId, MAX_FIELD_LENGTH) ?? "",
    kind: isResult ? "delegation_result" : sourceId === "" ? "canvas_user" : "peer_agent",
    method: cleanLine(method, MAX_FIELD_LENGTH) ?? "",
    created_at: lineField(row, "created_at", MAX_FIELD_LENGTH) ?? "",
    ...(options.tagArrival && { arrival_workspace_id: options.workspaceId }),
    ...(name !== undefined && { peer_name: name }),
    ...(role !== undefined && { peer_role: role }),
    ...(url !== undefined && { agent_card_url: url }),
    ...(attachments.length > 0 && { attachments }),
  };
}

/** Old rows hold a body as a JSON string. */
function decodedBody(row: unknown, name: string): unknown {
  const body = field(row, name);
  // Undecodable counts as absent; the summary still says something.
  return typeof body === "string" ? decodeJson(body) : body;
}

/** The first text that says anything once it is cleaned, from where texts may stand. */
function textOf(row: unknown, body: unknown, isResult: boolean): string {
  const candidates = [
    ...partLists(body).map((parts) =>
      parts.filter(isTextPart).map((part) => textField(part, "text") ?? "").join("")
    ),
    isResult ? textField(decodedBody(row, "response_body"), "text") : undefined,
    textField(row, "summary"),
  ];
  return candidates.map((text) => cleanText(text ?? "")).find((text) => text !== "") ?? EMPTY_TEXT;
}

/** The places for a message's parts, in the order in which they count. */
function partLists(body: unknown): readonly unknown[][] {
  const params = field(body, "params");
  return [field(params, "message"), params, body].map((holder) => {
    const parts = field(holder, "parts");
    return Array.isArray(parts) ? parts : [];
  });
}

function isTextPart(part: unknown): boolean {
  return field(part, "kind") === "text" || field(part, "type") === "text";
}

/** From the first place that names a file: the row's own list, a part list, an upload's manifest. */
function attachmentsOf(row: unknown, body: unknown, workspaceId: string): Attachment[] {
  const listed = field(row, "attachments");
  const lists = [
    (Array.isArray(listed) ? listed : []).flatMap((entry) => {
      const kind = textField(entry, "kind");
      return kind === undefined ? [] : attachment(kind, entry);
    }),
    ...partLists(body).map((parts) =>
      parts.flatMap((part) => {
        const kind = [textField(part, "kind"), textField(part, "type")].find(isFileKind);
        if (kind === undefined) return [];
        const file = field(part, "file");
        return attachment(kind, isObject(file) ? file : part);
      })
    ),
    fromManifest(body, workspaceId),
  ];
  return lists.find((found) => found.length > 0) ?? [];
}

function isFileKind(kind: string | undefined): boolean {
  return kind !== undefined && FILE_KINDS.has(kind);
}

/** An upload's row describes the one file, and may leave out its URI (runtime-behaviour C5). */
function fromManifest(body: unknown, workspaceId: string): Attachment[] {
  const fileId = textField(body, "file_id");
  if (!isObject(body) || fileId === undefined) return [];
  const family = /^(image|audio|video)\//.exec(mimeTypeOf(body) ?? "")?.[1];
  const uri = textField(body, "uri") ?? `platform-pending:${workspaceId}/${fileId.toLowerCase()}`;
  return attachment(family ?? "file", { ...body, uri });
}

function attachment(kind: string, source: unknown): Attachment[] {
  // White space has no meaning in a URI, so a line break in one is only there to break the line.
  const uri = cleanText(textField(source, "uri") ?? "").replace(/[\n\t]/g, "").trim();
  const name = lineField(source, "name", MAX_NAME_LENGTH);
  if (uri === "" && name === undefined) return [];
  const mimeType = cleanLine(mimeTypeOf(source) ?? "", MAX_FIELD_LENGTH);
  return [{
    kind: cleanLine(kind, MAX_FIELD_LENGTH) ?? "file",
    ...(uri !== "" && { uri }),
    ...(mimeType !== undefined && { mime_type: mimeType }),
    ...(name !== undefined && { name }),
  }];
}

function mimeTypeOf(source: unknown): string | undefined {
  return textField(source, "mimeType") ?? textField(source, "mime_type");
}

function lineField(value: unknown, name: string, maxLength?: number): string | undefined {
  return cleanLine(textField(value, name) ?? "", maxLength);
}
