import { join } from "@std/path";
import { isExposed, permissionsOf } from "../../lib/files/file_mode.ts";
import { removeFile, replaceFile } from "../../lib/files/replace_file.ts";
import { safeFileName } from "./safe_file_name.ts";
import { isUnknownToFileSystem, syncFile } from "../../lib/files/sync_file.ts";
import { syncDirectory } from "../../lib/files/sync_directory.ts";

/** The platform's own limit (src/platform/API.md, "Upload a file"). */
const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** Files older than this are removed; the agent has had time to read them. */
const KEEP_MS = 30 * 24 * 60 * 60_000;
/** A file that is still incomplete after this belongs to a process that was killed. */
const PARTIAL_KEEP_MS = 60 * 60_000;
const STORED = /^([0-9a-f]{32})-/;
const PARTIAL = /^\.partial-[0-9a-f]{32}-[0-9a-f]{8}$/;

/** A file that is too large to be saved. */
export class FileTooLargeError extends Error {
  override readonly name = "FileTooLargeError";
}

/**
 * The directory of the files that users sent. A file's name begins with its id on the platform, so
 * that it is found again after a restart, when the platform no longer has it.
 */
export class ReceivedFileStore {
  readonly directory: string;
  /** Paths by the id in the name. */
  readonly #paths = new Map<string, string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The file's path, once it is completely here. */
  path(fileId: string): string | undefined {
    return this.#paths.get(hexOf(fileId));
  }

  /**
   * Lists what is here, and removes files that are 30 days old and what an interrupted fetch left
   * behind. Files with other names are not touched.
   *
   * @throws when the directory cannot be read, or a file cannot be removed
   */
  async tidy(nowMs: number): Promise<void> {
    await refuseOtherThanDirectory(this.directory);
    const failures: unknown[] = [];
    for await (const entry of readDirectory(this.directory)) {
      if (!entry.isFile) continue;
      await this.#look(entry.name, nowMs).catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Writes the body to a private file, which gets its name only once it is complete and on disk;
   * nothing is left of one that did not arrive completely.
   *
   * @returns the path
   * @throws {FileTooLargeError} above 25 MiB; errors of the body are passed on
   */
  async save(fileId: string, name: string, body: ReadableStream<Uint8Array>): Promise<string> {
    await this.#prepareDirectory();
    const hex = hexOf(fileId);
    const path = join(this.directory, `${hex}-${safeFileName(name)}`);
    const partial = join(this.directory, `.partial-${hex}-${crypto.randomUUID().slice(0, 8)}`);
    try {
      await writeWhole(partial, body);
      await replaceFile(partial, path);
    } catch (error) {
      await removeFile(partial).catch(() => {
        // The first error is the one that matters.
      });
      throw error;
    }
    await syncDirectory(this.directory);
    this.#paths.set(hex, path);
    return path;
  }

  async #look(name: string, nowMs: number): Promise<void> {
    const [, hex] = STORED.exec(name) ?? [];
    if (hex === undefined && !PARTIAL.test(name)) return;
    const path = join(this.directory, name);
    const ageMs = nowMs - await modifiedMs(path, nowMs);
    if (ageMs > (hex === undefined ? PARTIAL_KEEP_MS : KEEP_MS)) {
      await removeIfThere(path);
      if (hex !== undefined) this.#paths.delete(hex);
    } else if (hex !== undefined) {
      this.#paths.set(hex, path);
    }
  }

  async #prepareDirectory(): Promise<void> {
    await refuseOtherThanDirectory(this.directory);
    await Deno.mkdir(this.directory, { recursive: true, mode: 0o700 });
    // It may not have been made by this program, which always makes it private.
    if (!isExposed(permissionsOf(await Deno.stat(this.directory)))) return;
    await Deno.chmod(this.directory, 0o700).catch((error) => {
      // Where modes have no effect, a line at the start says so; the files are still wanted.
      if (!isUnknownToFileSystem(error) && !(error instanceof Deno.errors.PermissionDenied)) {
        throw error;
      }
    });
  }
}

function hexOf(fileId: string): string {
  return fileId.replaceAll("-", "").toLowerCase();
}

async function writeWhole(path: string, body: ReadableStream<Uint8Array>): Promise<void> {
  const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  try {
    let size = 0;
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > MAX_FILE_BYTES) {
        throw new FileTooLargeError(`it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
      }
      for (let offset = 0; offset < chunk.byteLength;) {
        offset += await file.write(chunk.subarray(offset));
      }
    }
    await syncFile(file);
  } finally {
    file.close();
  }
}

/** If a link were in its place, files would be written and removed elsewhere. */
async function refuseOtherThanDirectory(path: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).isDirectory) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new Error(`expected ${path} to be a directory (no link) or absent; remove it`);
}

/** Empty when there is no such directory. */
async function* readDirectory(directory: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(directory);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A file that another process is just removing counts as new. */
async function modifiedMs(path: string, nowMs: number): Promise<number> {
  try {
    return (await Deno.lstat(path)).mtime?.getTime() ?? nowMs;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return nowMs;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
