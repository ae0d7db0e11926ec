import { isObject, textField } from "../../lib/json.ts";
import type { SentFile } from "../../platform/api/messages.ts";
import { ToolInputError } from "../support/errors.ts";

/** One attachment as an agent names it: a local file, or one that is already on the platform. */
export type AttachmentArgument = { readonly path: string } | { readonly uploaded: SentFile };

/**
 * Reads the `attachments` argument: paths, or objects `{path | file_path}` or `{uri, name, mimeType
 * | mime_type, size}` (tests/README.md, "Messaging the user"). Nothing is dropped silently.
 *
 * @throws {ToolInputError} naming the entry that is neither
 */
export function parseAttachments(value: unknown): readonly AttachmentArgument[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new ToolInputError("Error: attachments must be an array of absolute file paths");
  }
  return value.map((entry, index) => parseEntry(entry, index));
}

function parseEntry(entry: unknown, index: number): AttachmentArgument {
  const path = typeof entry === "string"
    ? entry.trim()
    : textField(entry, "path") ?? textField(entry, "file_path");
  if (path) return { path };
  const uri = textField(entry, "uri");
  const name = textField(entry, "name");
  if (isObject(entry) && uri !== undefined && name !== undefined) {
    const mimeType = textField(entry, "mimeType") ?? textField(entry, "mime_type");
    const { size } = entry;
    return {
      uploaded: {
        uri,
        name,
        mimeType,
        ...(typeof size === "number" && Number.isSafeInteger(size) && { size }),
      },
    };
  }
  throw new ToolInputError(
    `Error: invalid attachment at [${index}]: expected an absolute file path, or an object with ` +
      '"path", or one with "uri" and "name"',
  );
}
