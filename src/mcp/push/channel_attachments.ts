import type { Attachment } from "../../inbox/message.ts";
import { peerLine } from "../../safety/untrusted/untrusted_text.ts";

const MAX_SHOWN = 20;
const MAX_LENGTH = 300;
/** Characters that could end an attribute or open a tag if a client writes values unescaped. */
const UNSAFE = /\\"|[<>&'=`]/g;

/**
 * Files as lines of a pushed message: a path only if this program fetched the file; a location that
 * the sender claims is marked as a claim.
 */
export function attachmentLines(attachments: readonly Attachment[]): string[] {
  const lines = attachments.slice(0, MAX_SHOWN).map(lineOf);
  const more = attachments.length - lines.length;
  return more > 0 ? [...lines, `📎 ${more} more: inbox_peek shows them`] : lines;
}

function lineOf({ kind, name, mime_type, uri, claimed_uri }: Attachment): string {
  const what = [
    name === undefined ? kind : quoted(name),
    ...(mime_type === undefined ? [] : [`(${quoted(mime_type)})`]),
  ].join(" ");
  if (uri?.startsWith("workspace:")) return `📎 ${what}: ${uri.slice("workspace:".length)}`;
  if (uri !== undefined) return `📎 ${what}: not fetched; on the platform as ${uri}`;
  return claimed_uri === undefined
    ? `📎 ${what}: named by the sender; no file arrived`
    : `📎 ${what}: not fetched; the sender claims that it is at ${quoted(claimed_uri)}`;
}

function quoted(text: string): string {
  return JSON.stringify(peerLine(text, MAX_LENGTH) ?? "");
}

/** The same as one attribute: JSON, in which no value can end the attribute or open a tag. */
export function attachmentsAttribute(attachments: readonly Attachment[]): string {
  return JSON.stringify(attachments).replace(UNSAFE, (unsafe) => {
    const code = unsafe.charCodeAt(unsafe.length - 1);
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
