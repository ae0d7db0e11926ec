import { permissionsOf } from "./file_mode.ts";
import { kindOf, PrivateFileError } from "./private_file_error.ts";
import { isSameFile } from "./same_file.ts";
import { throughFile } from "./through_file.ts";
import { READ_ATTEMPTS, whileHeld } from "./while_held.ts";

const DEFAULT_MAX_BYTES = 1024 * 1024;
const MAX_ATTEMPTS = 100;

/** The bytes of a regular file and who may have access to it. */
export interface RegularFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The permission bits, e.g. `0o600`; undefined on Windows. */
  readonly mode: number | undefined;
  /** Whose it is; undefined on Windows. */
  readonly uid: number | undefined;
}

/** How `readRegularFile` treats the path. */
export interface RegularFileOptions {
  /** Whether a symbolic link leads to the file instead of being refused. Default: refused. */
  readonly followLinks?: boolean;
  /** How large it may be. Default: 1 MiB. */
  readonly maxBytes?: number;
}

/**
 * Reads a file if, and only if, it is a regular one and not too large.
 *
 * What was looked at and what was opened is made sure to be the same file (Deno has no O_NOFOLLOW),
 * and the look comes first because opening a named pipe would wait for a writer.
 *
 * @returns undefined when nothing is at the path.
 * @throws {PrivateFileError} otherwise.
 */
export async function readRegularFile(
  path: string,
  { followLinks = false, maxBytes = DEFAULT_MAX_BYTES }: RegularFileOptions = {},
): Promise<RegularFile | undefined> {
  const look = followLinks ? Deno.stat : Deno.lstat;
  try {
    // It is not an error if a writer renames a new file over the path between the check and the
    // open.
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const file = await whileHeld(() => readOnce(path, look, maxBytes), READ_ATTEMPTS);
      if (file) return file;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw PrivateFileError.from("read", path, error);
    const cause = await throughFile(path);
    if (cause) throw PrivateFileError.from("read", path, cause);
    return undefined;
  }
  throw new PrivateFileError(
    `Cannot read ${path}: it was replaced ${MAX_ATTEMPTS} times while being opened.`,
    path,
  );
}

/** @returns undefined when what was opened is not what was looked at */
async function readOnce(
  path: string,
  look: (path: string) => Promise<Deno.FileInfo>,
  maxBytes: number,
): Promise<RegularFile | undefined> {
  const seen = await look(path);
  requireRegular(path, seen);
  if (seen.size > maxBytes) throw tooLarge(path, maxBytes, `${seen.size} bytes`);
  const file = await Deno.open(path, { read: true });
  try {
    const opened = await file.stat();
    if (!opened.isFile || !isSameFile(seen, opened)) return undefined;
    const bytes = await readAll(file, opened.size, path, maxBytes);
    return { bytes, mode: permissionsOf(opened), uid: opened.uid ?? undefined };
  } finally {
    file.close();
  }
}

function requireRegular(path: string, info: Deno.FileInfo): void {
  if (info.isFile) return;
  throw new PrivateFileError(
    `Cannot read ${path}: expected a regular file, got ${kindOf(info)}.`,
    path,
  );
}

function tooLarge(path: string, maxBytes: number, got: string): PrivateFileError {
  return new PrivateFileError(
    `Cannot read ${path}: expected at most ${maxBytes} bytes, got ${got}.`,
    path,
  );
}

async function readAll(
  file: Deno.FsFile,
  size: number,
  path: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  // One byte of room beyond the stated size shows the end of the file without growing the buffer.
  let buffer = new Uint8Array(Math.min(size, maxBytes) + 1);
  let length = 0;
  for (let read: number | null = 0; read !== null;) {
    length += read;
    if (length > maxBytes) throw tooLarge(path, maxBytes, "more");
    if (length === buffer.length) buffer = grown(buffer, maxBytes);
    read = await file.read(buffer.subarray(length));
  }
  return buffer.subarray(0, length);
}

function grown(buffer: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(buffer.length * 2, maxBytes + 1));
  larger.set(buffer);
  return larger;
}
