import type { InboxMessage } from "../message.ts";

const MAX_NAME_LENGTH = 100;
/** A longer "extension" is none. */
const MAX_EXTENSION_LENGTH = 16;

/**
 * A file name that is safe in any directory: base name, letters, digits and `._-`, at most 100
 * characters, a short extension kept (runtime-behaviour C5).
 */
export function sanitiseFileName(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? "";
  const plain = base.replace(/[^A-Za-z0-9._-]/gu, "_");
  if (/^\.*$/.test(plain)) return "file";
  if (plain.length <= MAX_NAME_LENGTH) return plain;
  const extension = /\.[^.]+$/.exec(plain)?.[0] ?? "";
  return extension.length > MAX_EXTENSION_LENGTH
    ? plain.slice(0, MAX_NAME_LENGTH)
    : plain.slice(0, MAX_NAME_LENGTH - extension.length) + extension;
}

/**
 * The message with `platform-pending:` attachments replaced by where their files are now. Unknown
 * ones stay as they are; the text is never touched.
 *
 * @param localPath the path of a fetched file
 */
export function withLocalFiles(
  message: InboxMessage,
  localPath: (uri: string) => string | undefined,
): InboxMessage {
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
