import { field, isObject, textField } from "../../lib/json.ts";
import { UUID_PATTERN } from "../../lib/uuid.ts";
import { peerLine, peerText } from "../../safety/untrusted/untrusted_text.ts";
import { partLists } from "../message_parts.ts";

/** A file that comes with a message. */
export interface Attachment {
  readonly kind: string;
  /**
   * Where the file is, as far as this program knows: `workspace:` and a path once it is fetched,
   * and until then `platform-pending:` if a user sent it to this workspace.
   */
  readonly uri?: string;
  /** Where it is according to the sender: nothing was fetched from there or checked. */
  readonly claimed_uri?: string;
  readonly mime_type?: string;
  readonly name?: string;
}

/** A file that a user sent, as its activity row names it. */
export interface ReceivedFile {
  readonly fileId: string;
  readonly name: string;
}

/**
 * The two ids in a `platform-pending:` URI (src/platform/API.md, "Upload a file"); both in lower
 * case.
 */
export interface PendingUri {
  readonly workspaceId: string;
  readonly fileId: string;
}

/** Whether it is a user's message: only these can name a file that waits on the platform. */
export interface AttachmentSource {
  readonly workspaceId: string;
  readonly fromUser: boolean;
  /** The only file that the message is about (src/platform/API.md, "Fetch an uploaded file"). */
  readonly receivedFileId: string | undefined;
}

export const MAX_NAME_LENGTH = 120;
const MAX_TYPE_LENGTH = 128;
const FILE_KINDS = ["file", "image", "audio", "video"];
const PENDING_URI = new RegExp(`^platform-pending:([^/]+)/(${UUID_PATTERN})$`, "i");

/**
 * The files of a message, from the first place that names any: the row's own list, a part list, the
 * manifest of a received file.
 */
export function attachmentsOf(row: unknown, body: unknown, source: AttachmentSource): Attachment[] {
  const listed = field(row, "attachments");
  const lists = [
    (Array.isArray(listed) ? listed : []).flatMap((entry) => {
      const kind = textField(entry, "kind");
      return kind === undefined ? [] : attachment(kind, entry, source);
    }),
    ...partLists(body).map((parts) =>
      parts.flatMap((part) => {
        const kind = fileKindOf(part);
        if (kind === undefined) return [];
        const file = field(part, "file");
        return attachment(kind, isObject(file) ? file : part, source);
      })
    ),
    fromManifest(body, source),
  ];
  return lists.find((found) => found.length > 0) ?? [];
}

/** Reads the URI of a file that waits on the platform; `undefined` for any other. */
export function parsePendingUri(uri: string): PendingUri | undefined {
  const [, workspaceId, fileId] = PENDING_URI.exec(uri) ?? [];
  if (workspaceId === undefined || fileId === undefined) return undefined;
  return { workspaceId: workspaceId.toLowerCase(), fileId: fileId.toLowerCase() };
}

/**
 * The message with the URIs of `platform-pending:` attachments replaced by the files' local paths.
 * Unknown ones stay as they are; the text is never changed.
 *
 * @param localPath the path of a fetched file
 */
export function withLocalFiles<M extends { readonly attachments?: readonly Attachment[] }>(
  message: M,
  localPath: (uri: string) => string | undefined,
): M {
  if (!message.attachments) return message;
  return {
    ...message,
    attachments: message.attachments.map((attachment) => {
      const path = attachment.uri?.startsWith("platform-pending:")
        ? localPath(attachment.uri)
        : undefined;
      return path === undefined ? attachment : { ...attachment, uri: `workspace:${path}` };
    }),
  };
}

function fileKindOf(part: unknown): string | undefined {
  return [textField(part, "kind"), textField(part, "type")]
    .find((kind) => kind !== undefined && FILE_KINDS.includes(kind));
}

/**
 * The row of a received file describes that file, and may leave out its URI (tests/README.md,
 * "Uploaded files").
 */
function fromManifest(body: unknown, source: AttachmentSource): Attachment[] {
  if (!isObject(body) || textField(body, "file_id") === undefined) return [];
  const family = /^(image|audio|video)\//.exec(mimeTypeOf(body) ?? "")?.[1];
  const uri = source.receivedFileId === undefined
    ? textField(body, "uri")
    : `platform-pending:${source.workspaceId}/${source.receivedFileId}`;
  return attachment(family ?? "file", { ...body, uri }, source);
}

function attachment(kind: string, given: unknown, source: AttachmentSource): Attachment[] {
  // White space has no meaning in a URI: a line break in one would only imitate a new line of ours.
  const uri = peerText(textField(given, "uri") ?? "").replace(/[\n\t]/g, "").trim();
  const name = peerLine(textField(given, "name") ?? "", MAX_NAME_LENGTH);
  if (uri === "" && name === undefined) return [];
  const mimeType = peerLine(mimeTypeOf(given) ?? "", MAX_TYPE_LENGTH);
  const isPending = source.fromUser && parsePendingUri(uri)?.workspaceId === source.workspaceId;
  return [{
    kind: peerLine(kind, MAX_TYPE_LENGTH) ?? "file",
    ...(uri !== "" && (isPending ? { uri } : { claimed_uri: uri })),
    ...(mimeType !== undefined && { mime_type: mimeType }),
    ...(name !== undefined && { name }),
  }];
}

function mimeTypeOf(source: unknown): string | undefined {
  return textField(source, "mimeType") ?? textField(source, "mime_type");
}
