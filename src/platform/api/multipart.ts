import type { SecretScanner } from "../../safety/secrets/secret_scanner.ts";

/** Tells one file from another, and from itself before a change. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number | null;
  readonly modifiedMs: number | undefined;
}

/** One file part: opened when its turn comes, closed when it is done. */
export interface FilePart {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly contentType: string;
  /** What the file must be; any of that size unless given. */
  readonly identity?: FileIdentity;
  /** Looks for secrets; the file is not sent beyond the place where it finds one begins. */
  readonly scanner?: SecretScanner;
}

/** A file that has changed since it was checked. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
}

/**
 * A `multipart/form-data` body with one part named `files` for each file (src/platform/API.md,
 * "Upload a file"), produced as it is read.
 *
 * @param boundary must not occur in any file; a random one
 * @param onChanged told why the stream breaks off; `fetch` loses the error's class on the way
 */
export function multipartStream(
  files: readonly FilePart[],
  boundary: string,
  onChanged: (error: FileChangedError) => void = () => {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(parts(files, boundary, onChanged));
}

async function* parts(
  files: readonly FilePart[],
  boundary: string,
  onChanged: (error: FileChangedError) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for (const file of files) {
    yield encoder.encode(
      `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${
        quoted(file.name)
      }"\r\nContent-Type: ${file.contentType}\r\n\r\n`,
    );
    yield* contentOf(file, (cause) => {
      const message = `${file.path} changed while it was sent; send it again`;
      const error = new FileChangedError(message, { cause });
      onChanged(error);
      return error;
    });
    yield encoder.encode("\r\n");
  }
  yield encoder.encode(`--${boundary}--\r\n`);
}

/** Exactly the bytes that were checked, as far as anything can tell. */
async function* contentOf(
  file: FilePart,
  changed: (cause?: unknown) => FileChangedError,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const handle = await Deno.open(file.path).catch((error) => {
    throw changed(error);
  });
  try {
    if (!isAsChecked(await handle.stat(), file.identity)) throw changed();
    const { scanner } = file;
    let held = new Uint8Array();
    const buffer = new Uint8Array(64 * 1024);
    let remaining = file.size;
    while (true) {
      const count = await handle.read(buffer);
      if (count === null) break;
      remaining -= count;
      if (remaining < 0) throw changed();
      const piece = buffer.slice(0, count);
      if (scanner?.feed(piece)) throw changed();
      const bytes = held.length === 0 ? piece : joined(held, piece);
      const certain = Math.max(0, bytes.length - (scanner?.overlap ?? 0));
      if (certain > 0) yield bytes.slice(0, certain);
      held = bytes.slice(certain);
    }
    if (remaining !== 0 || !isAsChecked(await handle.stat(), file.identity)) throw changed();
    if (held.length > 0) yield held;
  } finally {
    handle.close();
  }
}

function isAsChecked(info: Deno.FileInfo, identity: FileIdentity | undefined): boolean {
  return info.isFile && (identity === undefined ||
    info.dev === identity.dev && info.ino === identity.ino &&
      info.mtime?.getTime() === identity.modifiedMs);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

/** As HTML forms quote a file name: no line break and no quote gets through. */
function quoted(name: string): string {
  return name.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
}
