/**
 * The one way in which secrets reach the disk and come back (src/README.md, "The private file").
 *
 * At every instant a reader of the path sees the old content or the new one, whole, and the new one
 * never with a mode wider than 0600. Needs read and write permission for the file's directory.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { decodeText } from "../decode_text.ts";
import { formatMode, isExposed, permissionsOf } from "./file_mode.ts";
import { kindOf, PrivateFileError } from "./private_file_error.ts";
import { readRegularFile } from "./regular_file.ts";
import { removeFile, replaceFile } from "./replace_file.ts";
import { removeStaleTemps, tempPathFor } from "./temp_file.ts";
import { Mutex } from "../mutex.ts";
import { syncFile } from "./sync_file.ts";
import { syncDirectory } from "./sync_directory.ts";

export { PrivateFileError } from "./private_file_error.ts";

const PRIVATE_MODE = 0o600;
const PRIVATE_DIRECTORY_MODE = 0o700;

/**
 * Writes in progress by path. The order of two writes to one file is a fact of the process, whoever
 * makes them, so this is the one piece of state that no object owns; it is empty when none runs.
 */
const turnsByPath = new Mutex();

/** What `readPrivateFile` found. */
export interface PrivateFile {
  /** The whole text, as it is (not trimmed). */
  readonly content: string;
  /** Whether the file's group or others have any access. Never on Windows, which has no such bits. */
  readonly exposed: boolean;
  /** The permission bits, e.g. `0o600`; undefined on Windows. */
  readonly mode: number | undefined;
}

/** What is written. */
export interface WriteOptions {
  /**
   * Whether the content is a secret, and so never written where a file cannot be kept private.
   * Default: it is. Anything that is not a secret is written there anyway.
   */
  readonly secret?: boolean;
}

/**
 * Writes a file that only its owner can read, whole or not at all.
 *
 * The content goes to a temporary file of mode 0600 in the same directory, is synced and renamed
 * over the path, and the directory is synced. Writes of this process to one path happen in the order
 * of the calls. A missing directory is created with mode 0700.
 *
 * @returns false when the same content with mode 0600 is there already, which is then not touched.
 * @throws {PrivateFileError} when something other than a regular file is at the path, when the file
 * system cannot keep a file private, or when it refuses the write. The path then holds what it held.
 *
 * @example
 * ```ts
 * await writePrivateFile("/home/ada/.molecule-workspace/.auth_token", token);
 * ```
 */
export function writePrivateFile(
  path: string,
  content: string,
  { secret = true }: WriteOptions = {},
): Promise<boolean> {
  const bytes = new TextEncoder().encode(content);
  return turnsByPath.run(async () => {
    try {
      return await writeUnlessSame(path, bytes, secret);
    } catch (error) {
      throw PrivateFileError.from("write the private file", path, error);
    }
  }, join(path));
}

/**
 * Reads a private file, whoever may have access to it; the caller decides what to say about that.
 *
 * @returns undefined when there is no such file.
 * @throws {PrivateFileError} for a symbolic link, anything else that is not a regular file, one that
 * cannot be read, is larger than 1 MiB, or is not UTF-8.
 */
export async function readPrivateFile(path: string): Promise<PrivateFile | undefined> {
  const file = await readRegularFile(path);
  if (!file) return undefined;
  const content = decodeText(file.bytes);
  if (content === undefined) {
    throw new PrivateFileError(`Cannot read ${path}: expected UTF-8 text.`, path);
  }
  return { content, exposed: isExposed(file.mode), mode: file.mode };
}

/**
 * Removes a private file, after the writes that were asked for before. An absent one is fine.
 *
 * @throws {PrivateFileError} when it is not a regular file, or cannot be removed.
 */
export function removePrivateFile(path: string): Promise<void> {
  return turnsByPath.run(async () => {
    try {
      if (!await isRegularFile("remove", path)) return;
      await removeFile(path);
      await syncDirectory(dirname(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw PrivateFileError.from("remove the private file", path, error);
    }
  }, join(path));
}

async function writeUnlessSame(
  path: string,
  bytes: Uint8Array,
  secret: boolean,
): Promise<boolean> {
  if (await isRegularFile("replace", path) && await holdsPrivately(path, bytes)) return false;
  // Not `ensureDir` of @std/fs, which takes no mode.
  await Deno.mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  // First, since on a full disk the room that a killed writer took is what this one needs.
  await removeStaleTemps(path);
  const temp = tempPathFor(path);
  try {
    await writeTemp(temp, bytes, secret);
    // A rename replaces a link instead of following it, so nothing can slip in after the look above.
    await replaceFile(temp, path);
  } catch (error) {
    await removeFile(temp).catch(() => {}); // The first failure is the one to tell.
    throw error;
  }
  await syncDirectory(dirname(path));
  return true;
}

/** False when nothing is at the path. */
async function isRegularFile(action: string, path: string): Promise<boolean> {
  try {
    const info = await Deno.lstat(path);
    if (info.isFile) return true;
    throw new PrivateFileError(
      `Cannot ${action} ${path}: expected a regular file or nothing, got ${kindOf(info)}. ` +
        "Remove it by hand, or choose another state directory with CONFIGS_DIR.",
      path,
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function holdsPrivately(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const file = await readRegularFile(path);
    return file !== undefined && isPrivate(file.mode) &&
      file.bytes.length === bytes.length && file.bytes.every((byte, i) => byte === bytes[i]);
  } catch {
    return false; // What cannot be read (no access, too large) is not the same, and gets replaced.
  }
}

async function writeTemp(temp: string, bytes: Uint8Array, secret: boolean): Promise<void> {
  const file = await Deno.open(temp, { write: true, createNew: true, mode: PRIVATE_MODE });
  try {
    await ensurePrivate(file, temp, secret);
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
    await syncFile(file);
  } finally {
    file.close();
  }
}

/** Before anything is written: an odd umask may have taken bits away, an odd file system added some. */
async function ensurePrivate(file: Deno.FsFile, temp: string, secret: boolean): Promise<void> {
  if (isPrivate(permissionsOf(await file.stat()))) return;
  await Deno.chmod(temp, PRIVATE_MODE).catch(() => {
    // Some file systems refuse it, others only ignore it: the look that follows tells for both.
  });
  const mode = permissionsOf(await file.stat());
  if (isPrivate(mode) || !secret) return;
  throw new PrivateFileError(
    `Cannot keep a file private in ${dirname(temp)}: expected mode 0600, got ` +
      `${formatMode(mode)}. Set CONFIGS_DIR to a directory on a file system with permissions.`,
    temp,
  );
}

/** Windows has no modes to judge by. */
function isPrivate(mode: number | undefined): boolean {
  return mode === undefined || mode === PRIVATE_MODE;
}
