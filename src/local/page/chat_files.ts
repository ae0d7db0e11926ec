/**
 * The files of a chat: those that the platform holds for a workspace.
 *
 * @module
 */
import { cleanText } from "../../safety/untrusted/clean_text.ts";
import { cutText } from "../../lib/cut_text.ts";
import { UUID_PATTERN } from "../../lib/uuid.ts";
import { isObject, type Json, textOf } from "../state/json.ts";
import type { PlatformStore } from "../state/store.ts";
import type { FileView } from "./protocol.ts";

const PENDING = new RegExp(`^platform-pending:(${UUID_PATTERN})/(${UUID_PATTERN})$`);
const UNKNOWN_TYPE = "application/octet-stream";
const MAX_NAME_UNITS = 200;
const MAX_TYPE_UNITS = 100;
/** More of them are not shown. */
const MAX_FILES = 64;
/** Reserved in names by some system, or by a path. */
const UNSAFE = /[/\\:*?"<>|\p{Cc}]/gu;

/**
 * What the page shows of the files that a message names.
 *
 * @param store Where they are looked up. Undefined: the message is taken at its word, since a look is at
 * the whole content
 */
export function fileViews(
  store: PlatformStore | undefined,
  workspaceId: string,
  files: readonly (Json | undefined)[],
): FileView[] {
  return files.slice(0, MAX_FILES).flatMap((file) => fileView(store, workspaceId, file));
}

/**
 * What the page shows of a file that a message names. One that the platform does not hold for this
 * workspace has no id: an agent may name what it likes.
 */
function fileView(
  store: PlatformStore | undefined,
  workspaceId: string,
  file: Json | undefined,
): FileView[] {
  if (!isObject(file)) return [];
  const [, owner = "", id = ""] = PENDING.exec(textOf(file.uri)) ?? [];
  const isOurs = owner.toLowerCase() === workspaceId;
  const upload = isOurs ? store?.upload(workspaceId, id) : undefined;
  return [{
    id: upload?.id ?? (isOurs && store === undefined ? id.toLowerCase() : ""),
    name: cutText(textOf(file.name), MAX_NAME_UNITS) || upload?.name || "file",
    mimeType: cutText(upload?.mimeType ?? textOf(file.mimeType), MAX_TYPE_UNITS) || UNKNOWN_TYPE,
    size: upload?.content.length ?? (typeof file.size === "number" ? file.size : 0),
  }];
}

/**
 * The answer that brings a file. Whatever it is, it is saved and not shown: a page of the platform's
 * own origin could do all that the user may.
 */
export function download(name: string, content: Uint8Array<ArrayBuffer>): Response {
  return new Response(content, {
    headers: {
      "Content-Type": UNKNOWN_TYPE,
      "Content-Disposition": contentDisposition(name),
      "Content-Length": String(content.length),
    },
  });
}

/** `Content-Disposition` for a file of any name (RFC 6266): in ASCII, and in full. */
export function contentDisposition(name: string): string {
  const safe = fileName(name);
  const ascii = safe.replace(/[^\w. -]/g, "_");
  const full = encodeURIComponent(safe)
    .replace(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`;
}

/** A name that any system can save, without what its reader cannot see. */
function fileName(name: string): string {
  const visible = cleanText(name.toWellFormed()).replace(UNSAFE, "_").trim();
  // Windows leaves dots and blanks at the end out; those at the beginning hide a file.
  const bare = visible.replace(/^[.\s]+|[.\s]+$/g, "");
  if (bare.length <= MAX_NAME_UNITS) return bare || "file";
  const [extension = ""] = /\.[^.]{1,15}$/.exec(bare) ?? [];
  return cutText(bare, MAX_NAME_UNITS - extension.length) + extension;
}
