import { type Bounds, integerWithin } from "../../lib/bounded_integer.ts";
import type { PlatformClient } from "../client/client.ts";
import { PlatformError } from "../errors/platform_error.ts";
import { field, textField } from "../../lib/json.ts";
import type { SentFile } from "./messages.ts";
import { type FileChangedError, type FileIdentity, multipartStream } from "./multipart.ts";
import { malformed } from "../errors/malformed.ts";

const TIMEOUT_MS = 60_000;
const SIZE: Bounds = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** A file on this machine that the agent sends, its size known and checked. */
export interface FileToSend {
  readonly path: string;
  /** File name to show. */
  readonly name: string;
  readonly size: number;
  /** Which file it was that was checked. */
  readonly identity?: FileIdentity;
}

/**
 * `POST /workspaces/{id}/chat/uploads` (src/platform/API.md, "Upload a file"), streamed: no file is
 * held in memory whole. All or nothing. Names pass the redactor, and a file that a secret came into
 * since it was checked is not sent.
 *
 * @returns one entry a file, in order
 * @throws {PlatformError} kind `cancelled` when a file has changed since it was checked
 */
export async function uploadFiles(
  client: PlatformClient,
  files: readonly FileToSend[],
  signal: AbortSignal,
): Promise<readonly SentFile[]> {
  const typed = await Promise.all(
    files.map(async (file) => ({ ...file, contentType: await mimeTypeOf(file.name) })),
  );
  const changed: FileChangedError[] = [];
  const reply = await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "chat", "uploads"],
    body: () => {
      const boundary = `molecule-${crypto.randomUUID()}`;
      const parts = typed.map((file) => ({
        ...file,
        name: client.outbound.text(file.name),
        scanner: client.outbound.scanner(),
      }));
      return {
        stream: multipartStream(parts, boundary, (error) => changed.push(error)),
        headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
      };
    },
    timeoutMs: TIMEOUT_MS,
    signal,
  }).catch((error: unknown) => {
    const [reason] = changed;
    if (!reason) throw error;
    // It looks like a broken connection from there, but it is we who broke it.
    throw new PlatformError("cancelled", reason.message, { maybeDelivered: true, cause: reason });
  });
  const entries = field(reply.json, "files");
  if (!Array.isArray(entries) || entries.length !== files.length) {
    throw malformed(client, `a list of ${files.length} uploaded file(s)`, entries);
  }
  return entries.map((entry) => {
    const uri = textField(entry, "uri");
    const name = textField(entry, "name");
    if (uri === undefined || name === undefined) {
      throw malformed(client, "an uploaded file with uri and name", entry);
    }
    const mimeType = textField(entry, "mimeType");
    const size = integerWithin(field(entry, "size"), SIZE);
    return {
      uri,
      name,
      ...(mimeType !== undefined && { mimeType }),
      ...(size !== undefined && { size }),
    };
  });
}

/** The media type that goes with a file name's extension; loaded only when files are sent. */
async function mimeTypeOf(name: string): Promise<string> {
  const { default: mime } = await import("mime");
  return mime.getType(name) ?? "application/octet-stream";
}
