import { join } from "@std/path";
import { isExposed, permissionsOf } from "../../lib/files/file_mode.ts";
import { replaceFile } from "../../lib/files/replace_file.ts";
import { safeFileName } from "./safe_file_name.ts";
import { isUnknownToFileSystem, syncFile } from "../../lib/files/sync_file.ts";
import { syncDirectory } from "../../lib/files/sync_directory.ts";

/** As the platform's own limit (src/platform/API.md, "Upload a file"). */
const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** Files older than this are removed; the agent had its time to read them. */
const KEEP_MS = 30 * 24 * 60 * 60_000;
/** A file that is still not whole after this belongs to a process that was killed. */
const PARTIAL_KEEP_MS = 60 * 60_000;
const STORED = /^([0-9a-f]{32})-/;
const PARTIAL = /^\.partial-[0-9a-f]{32}-[0-9a-f]{8}$/;

/** A file that cannot be taken because it is too large. */
export class FileTooLargeError extends Error {
  override readonly name = "FileTooLargeError";
}

/**
 * The directory of the files that users sent. A name begins with the file's id on the platform, so
 * that a file is found again after a restart, when the platform no longer has it.
 */
export class ReceivedFileStore {
  readonly directory: string;
  /** Paths by the id as it stands in the name. */
  readonly #paths = new Map<string, string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Where the file is, once it is here whole. */
  path(fileId: string): string | undefined {
    return this.#paths.get(hexOf(fileId));
  }

  /**
   * Takes stock of what is here, and removes files that have been here for 30 days and what an interrupted
   * fetch left behind. Files of other names are not touched.
   *
   * @throws when the directory cannot be read, or a file not be removed
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
   * Writes the body to a private file, which is there under its name only once it is whole and on
   * the disk; nothing is left of one that did not arrive so.
   *
   * @returns the path
   * @throws {FileTooLargeError} when there is more than 25 MiB; errors of the body as they are
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
      await Deno.remove(partial).catch(() => {
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
    // It may be older than this program, which always made it private.
    if (!isExposed(permissionsOf(await Deno.stat(this.directory)))) return;
    await Deno.chmod(this.directory, 0o700).catch((error) => {
      // Where modes mean nothing, a line at the start says so; the files are wanted all the same.
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

/** A link in its place would have files written and removed elsewhere. */
async function refuseOtherThanDirectory(path: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).isDirectory) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new Error(`expected ${path} to be a directory (no link) or absent; remove it`);
}

/** Nothing when there is no such directory. */
async function* readDirectory(directory: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(directory);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A file that another process removes at this moment counts as new. */
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
