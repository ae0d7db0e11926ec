import { cleanLine, cleanText } from "../safety/untrusted_text.ts";
import { isRecord, type JsonRecord, partLists } from "./request_body.ts";

/** A file that came with a message (runtime-behaviour C4). */
export interface Attachment {
  readonly kind: string;
  readonly uri?: string;
  readonly mime_type?: string;
  readonly name?: string;
}

const FILE_KINDS: ReadonlySet<unknown> = new Set(["file", "image", "audio", "video"]);
const MAX_NAME_LENGTH = 255;

/**
 * The files of an activity row, from the first place that names any: the row's own list, the parts of
 * its message, or a flat upload manifest.
 *
 * @param body the row's decoded request_body
 */
export function attachmentsOf(row: JsonRecord, body: unknown): Attachment[] {
  const listed = Array.isArray(row.attachments) ? row.attachments.flatMap(fromRow) : [];
  if (listed.length > 0) return listed;
  for (const parts of partLists(body)) {
    const files = parts.flatMap(fromPart);
    if (files.length > 0) return files;
  }
  return isRecord(body) ? fromManifest(body) : [];
}

function fromRow(item: unknown): Attachment[] {
  if (!isRecord(item) || typeof item.kind !== "string") return [];
  return [attachment(item.kind, item)];
}

function fromPart(part: unknown): Attachment[] {
  if (!isRecord(part)) return [];
  const kind = [part.kind, part.type].find((value) => FILE_KINDS.has(value));
  if (typeof kind !== "string") return [];
  const file = attachment(kind, isRecord(part.file) ? part.file : part);
  return file.uri === undefined && file.name === undefined ? [] : [file];
}

function fromManifest(manifest: JsonRecord): Attachment[] {
  if (typeof manifest.file_id !== "string" && typeof manifest.uri !== "string") return [];
  const file = attachment("file", manifest);
  if (file.uri === undefined && file.name === undefined) return [];
  const family = file.mime_type?.split("/", 1)[0];
  return [FILE_KINDS.has(family) && family !== undefined ? { ...file, kind: family } : file];
}

function attachment(kind: string, file: JsonRecord): Attachment {
  return present({
    kind: line(kind, MAX_NAME_LENGTH) ?? "file",
    uri: uriText(file.uri),
    mime_type: line(file.mime_type, MAX_NAME_LENGTH) ?? line(file.mimeType, MAX_NAME_LENGTH),
    name: line(file.name, MAX_NAME_LENGTH),
  });
}
