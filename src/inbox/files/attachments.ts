import { field, isObject, textField } from "../../lib/json.ts";
import { peerLine, peerText } from "../../safety/untrusted_text.ts";
import { partLists } from "../message_parts.ts";
import { parsePendingUri } from "./pending_uri.ts";

/** A file that comes with a message. */
export interface Attachment {
  readonly kind: string;
  /**
   * Where the file is, as this program knows: `workspace:` and a path once it was fetched, until
   * then `platform-pending:` of a file that the user gave to this workspace.
   */
  readonly uri?: string;
  /** Where it is according to the sender: nothing was fetched from there, nothing checked. */
  readonly claimed_uri?: string;
  readonly mime_type?: string;
  readonly name?: string;
}

/** Whose message it is: only a user's can name a file that waits on the platform. */
export interface AttachmentSource {
  readonly workspaceId: string;
  readonly fromUser: boolean;
  /** The message is about that file alone (platform-api 14.1). */
  readonly uploadedFileId: string | undefined;
}

export const MAX_NAME_LENGTH = 120;
const MAX_TYPE_LENGTH = 128;
const FILE_KINDS = ["file", "image", "audio", "video"];

/** From the first place that names a file: the row's own list, a part list, an upload's manifest. */
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

function fileKindOf(part: unknown): string | undefined {
  return [textField(part, "kind"), textField(part, "type")]
    .find((kind) => kind !== undefined && FILE_KINDS.includes(kind));
}

/** An upload's row describes the one file, and may leave out its URI (runtime-behaviour C5). */
function fromManifest(body: unknown, source: AttachmentSource): Attachment[] {
  if (!isObject(body) || textField(body, "file_id") === undefined) return [];
  const family = /^(image|audio|video)\//.exec(mimeTypeOf(body) ?? "")?.[1];
  const uri = source.uploadedFileId === undefined
    ? textField(body, "uri")
    : `platform-pending:${source.workspaceId}/${source.uploadedFileId}`;
  return attachment(family ?? "file", { ...body, uri }, source);
}

function attachment(kind: string, given: unknown, source: AttachmentSource): Attachment[] {
  // White space has no meaning in a URI, so a line break in one is only there to break the line.
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
