import { dirname } from "@std/path";
import { decodeText } from "../../lib/decode_text.ts";
import { PrivateFileError } from "../../lib/files/private_file_error.ts";
import { readRegularFile, type RegularFile } from "../../lib/files/regular_file.ts";
import { replaceFile } from "../../lib/files/replace_file.ts";
import { syncDirectory } from "../../lib/files/sync_directory.ts";
import { syncFile } from "../../lib/files/sync_file.ts";
import { removeStaleTemps, tempPathFor } from "../../lib/files/temp_file.ts";
import { reasonOf } from "../../lib/system_error.ts";
import { ConfigFileError, FileChangedError, isAbsent } from "./config_file_error.ts";
import { linkTarget } from "./link_target.ts";

const NEW_FILE_MODE = 0o600;
const NEW_DIRECTORY_MODE = 0o700;
/** Far above any client's file; Claude Code's has grown to several MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A configuration file as it was read. */
export interface ConfigFile {
  /** As it was asked for. */
  readonly path: string;
  /** What a link at the path leads to, else the path. */
  readonly target: string;
  /** With its byte order mark; undefined when there is no file. */
  readonly text: string | undefined;
  /** The permission bits; undefined on Windows, or when there is no file. */
  readonly mode: number | undefined;
  /** The directory that the target must be in. */
  readonly within?: string | undefined;
}

/**
 * Reads a configuration file, through links.
 *
 * @param within a directory that the links must not lead out of
 * @throws {ConfigFileError} when it is no regular file, not UTF-8, too large, unreadable or elsewhere
 */
export async function readConfigFile(path: string, within?: string): Promise<ConfigFile> {
  const target = await linkTarget(path, within);
  const file = await readTarget(path, target);
  if (!file) return { path, target, text: undefined, mode: undefined, within };
  const { bytes, mode } = file;
  const text = decodeText(bytes);
  // What is not UTF-8 decodes, too, but would be written as UTF-8.
  if (text === undefined || !isSame(new TextEncoder().encode(text), bytes)) {
    throw new ConfigFileError(`Cannot edit ${path}: expected UTF-8 text`);
  }
  return { path, target, text, mode, within };
}

async function readTarget(path: string, target: string): Promise<RegularFile | undefined> {
  try {
    return await readRegularFile(target, { maxBytes: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    if (isAbsent(error.cause)) return undefined; // A file where a directory should be.
    throw new ConfigFileError(path === target ? error.message : `${path}: ${error.message}`);
  }
}

/**
 * Makes the directory of a file, where it is missing.
 *
 * @param path as it was asked for
 * @throws {ConfigFileError}
 */
export async function makeDirectoryOf(path: string, target: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(target), { recursive: true, mode: NEW_DIRECTORY_MODE });
  } catch (error) {
    const isFile = error instanceof Deno.errors.AlreadyExists;
    const reason = isFile ? "a file is where its directory should be" : reasonOf(error);
    throw new ConfigFileError(`Cannot write ${path}: ${reason}`);
  }
}

/**
 * Replaces the content of a file whole or not at all; its mode and the links to it stay. The last look before the replacement is for what others wrote meanwhile.
 *
 * @param file as it was read
 * @throws {FileChangedError} when it is not as it was read any more
 * @throws {ConfigFileError} when the system refuses; the file is as it was then
 */
export async function writeConfigFile(file: ConfigFile, text: string): Promise<void> {
  const { path, target, mode = NEW_FILE_MODE } = file;
  try {
    await removeStaleTemps(target);
    const temp = tempPathFor(target);
    try {
      await writeTemp(temp, text, mode, await ownerOf(file));
      const now = await readConfigFile(path, file.within);
      if (now.text !== file.text || now.target !== target) throw new FileChangedError(path);
      await replaceReadOnlyToo(temp, target);
    } catch (error) {
      await Deno.remove(temp).catch(() => {}); // The first failure is the one to tell.
      throw error;
    }
    await syncDirectory(dirname(target));
  } catch (error) {
    if (error instanceof FileChangedError || error instanceof ConfigFileError) throw error;
    throw new ConfigFileError(`Cannot write ${path}: ${reasonOf(error)}`);
  }
}

/**
 * Removes a file that is as it was read; a link to it stays.
 *
 * @throws {FileChangedError}
 * @throws {ConfigFileError}
 */
export async function removeConfigFile(file: ConfigFile): Promise<void> {
  const now = await readConfigFile(file.path, file.within);
  if (now.text !== file.text || now.target !== file.target) throw new FileChangedError(file.path);
  try {
    await Deno.remove(file.target);
  } catch (error) {
    throw new ConfigFileError(`Cannot remove ${file.path}: ${reasonOf(error)}`);
  }
}

/** Whose a file is, where systems have that. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** @returns undefined for a file that is not there yet */
async function ownerOf({ target, text }: ConfigFile): Promise<Owner | undefined> {
  if (text === undefined) return undefined;
  const { uid, gid } = await Deno.stat(target);
  return uid === null || gid === null ? undefined : { uid, gid };
}

/** With sudo, for instance: a client could not read its own settings any more. */
async function giveTo({ uid, gid }: Owner, temp: string): Promise<void> {
  const is = await Deno.stat(temp);
  if (is.uid === uid && is.gid === gid) return;
  try {
    await Deno.chown(temp, uid, gid);
  } catch (error) {
    if (is.uid !== uid) throw new Error("it belongs to another user, who would lose it");
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error; // A group of others.
  }
}

async function writeTemp(
  temp: string,
  text: string,
  mode: number,
  owner: Owner | undefined,
): Promise<void> {
  // Narrow while it is written: a secret of another server may be in it.
  const handle = await Deno.open(temp, { write: true, createNew: true, mode: NEW_FILE_MODE });
  try {
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length;) {
      written += await handle.write(bytes.subarray(written));
    }
    await syncFile(handle);
  } finally {
    handle.close();
  }
  if (Deno.build.os === "windows") return;
  if (owner) await giveTo(owner, temp);
  await Deno.chmod(temp, mode);
}

/** Windows replaces no file that is marked as read-only. */
async function replaceReadOnlyToo(temp: string, target: string): Promise<void> {
  try {
    await replaceFile(temp, target, Deno.build.os === "windows" ? { attempts: 3 } : {});
  } catch (error) {
    const info = await Deno.stat(target).catch(() => undefined);
    const isReadOnly = info?.mode !== null && info !== undefined && (info.mode & 0o200) === 0;
    if (Deno.build.os !== "windows" || !isReadOnly) throw error;
    await Deno.chmod(target, 0o666);
    await replaceFile(temp, target);
    await Deno.chmod(target, 0o444);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
