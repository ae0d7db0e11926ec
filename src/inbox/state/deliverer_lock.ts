import { isLockRefusal } from "../../lib/files/lock_file.ts";
import { removeFile, replaceFile } from "../../lib/files/replace_file.ts";
import { tempPathFor } from "../../lib/files/temp_file.ts";
import { whileHeld, WRITE_ATTEMPTS } from "../../lib/files/while_held.ts";
import { isSameFile } from "../../lib/files/same_file.ts";
import { readRegularFile } from "../../lib/files/regular_file.ts";
import { sleep } from "../../lib/sleep.ts";
import { once } from "../../lib/once.ts";

/**
 * Without `tryLock` (Deno before 2.9), a lock that is not granted within this time counts as held
 * by another process. It is long, so that a busy process does not wrongly conclude that it has to
 * wait.
 */
const FREE_WITHIN_MS = 2_000;
/**
 * Some network file systems report a new inode number each time: then the lock is trusted as it is.
 */
const MAX_ATTEMPTS = 10;
/** How often the holder checks that its file is still the one that others find. */
const WATCH_INTERVAL_MS = 3_000;
/** The file contains "process " and a number; longer content is not ours. */
const MAX_HOLDER_BYTES = 1024;

/** The lock while this process holds it; disposing of it lets the next process in. */
export class HeldLock implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #comparable: boolean;

  /** @param comparable whether the file system tells one file from another */
  constructor(path: string, file: Deno.FsFile, comparable: boolean) {
    this.#path = path;
    this.#file = file;
    this.#comparable = comparable;
  }

  /**
   * Resolves when the file that is locked is no longer the one at the path, because somebody removed
   * or replaced it: the next process would then lock another one. Also resolves when the signal
   * fires.
   *
   * @returns whether the lock was lost
   */
  async lost(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      await sleep(WATCH_INTERVAL_MS, signal);
      if (!signal.aborted && this.#comparable && !await isStillAt(this.#path, this.#file)) {
        return true;
      }
    }
    return false;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/**
 * One process per workspace and machine delivers: an operating system lock on a file in the state
 * directory, which ends with its process, also after SIGKILL (src/inbox/README.md, "The promise").
 */
export class DelivererLock {
  readonly #path: string;

  /** @param path the lock file; created when absent, its content is only for people */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Waits until this process holds the lock.
   *
   * @param onWaiting called once when another process holds it
   * @returns the held lock; disposing of it lets the next process in. `undefined` when the signal
   * fired first: the operating system's own wait then goes on, and a lock granted later is released
   * @throws when the file cannot be opened. On a file system without locks it is granted to
   * everybody
   */
  async acquire(onWaiting: () => void, signal: AbortSignal): Promise<HeldLock | undefined> {
    if (signal.aborted) return undefined;
    const waiting = once(onWaiting);
    const given = Promise.withResolvers<"given up">();
    const giveUp = () => given.resolve("given up");
    signal.addEventListener("abort", giveUp);
    try {
      for (let attempt = 1;; attempt++) {
        const locked = lockedFile(this.#path, waiting);
        const file = await Promise.race([locked, given.promise]);
        if (file === "given up") {
          closeWhenGranted(locked);
          return undefined;
        }
        // A file removed in the meantime does not keep out a process that starts now.
        const atPath = await isStillAt(this.#path, file);
        if (attempt < MAX_ATTEMPTS && !atPath) {
          file.close();
          continue;
        }
        await writeHolder(file);
        return new HeldLock(this.#path, file, atPath);
      }
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Which process delivers, for texts; `undefined` when the file does not tell. */
  async holder(): Promise<string | undefined> {
    try {
      const found = await readRegularFile(this.#path, { maxBytes: MAX_HOLDER_BYTES });
      if (found === undefined) return undefined;
      const holder = new TextDecoder().decode(found.bytes).trim();
      return /^process \d+$/.test(holder) ? holder : undefined;
    } catch {
      // Missing or unreadable: on Windows the lock also keeps others from reading.
      return undefined;
    }
  }
}

async function lockedFile(path: string, onWaiting: () => void): Promise<Deno.FsFile> {
  const file = await openOwn(path);
  try {
    if (typeof file.tryLock === "function") {
      if (await file.tryLock(true)) return file;
      onWaiting();
      await file.lock(true);
      return file;
    }
    const timer = setTimeout(onWaiting, FREE_WITHIN_MS);
    try {
      await file.lock(true);
    } finally {
      clearTimeout(timer);
    }
    return file;
  } catch (error) {
    // Better delivered twice than not at all; `fileSystemLimits` warns once.
    if (isLockRefusal(error)) return file;
    file.close();
    throw error;
  }
}

/** This process no longer wants the lock: frees it for the next one now, not only when it ends. */
function closeWhenGranted(locked: Promise<Deno.FsFile>): void {
  locked.then((file) => file.close(), () => {
    // It was not granted, so there is nothing to release.
  });
}

/**
 * Opens the lock file. Through a link the note about the holder could end up in somebody's file,
 * and a pipe would never open: both are refused. A hard link looks like any other file, so a file
 * with a second name is left unchanged and a new file takes its place.
 */
async function openOwn(path: string): Promise<Deno.FsFile> {
  for (let attempt = 1;; attempt++) {
    await refuseOtherThanFile(path);
    const options = { read: true, write: true, create: true, mode: 0o600 };
    const file = await whileHeld(() => Deno.open(path, options), WRITE_ATTEMPTS);
    try {
      const { nlink } = await file.stat();
      // 0: it has been removed in the meantime, which is noticed once it is locked.
      if (nlink === null || nlink <= 1 || Deno.build.os === "windows") return file;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    if (attempt === MAX_ATTEMPTS) {
      throw new Error(
        `${path} keeps getting another hard link; stop the program that makes them, and remove the file`,
      );
    }
    await putNewFileAt(path);
  }
}

async function putNewFileAt(path: string): Promise<void> {
  const temp = tempPathFor(path);
  (await Deno.open(temp, { write: true, createNew: true, mode: 0o600 })).close();
  try {
    await replaceFile(temp, path);
  } catch (error) {
    await removeFile(temp).catch(() => {}); // The first failure is the one to report.
    throw error;
  }
}

async function refuseOtherThanFile(path: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).isFile) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new Error(`expected ${path} to be a regular file or absent; remove it`);
}

async function isStillAt(path: string, file: Deno.FsFile): Promise<boolean> {
  try {
    return isSameFile(await file.stat(), await Deno.lstat(path));
  } catch {
    return false; // Gone or not accessible: opening it again shows which.
  }
}

/** The note is only for people, so a full disk is no reason not to deliver. */
async function writeHolder(file: Deno.FsFile): Promise<void> {
  try {
    await file.truncate(0);
    await file.seek(0, Deno.SeekMode.Start);
    await file.write(new TextEncoder().encode(`process ${Deno.pid}\n`));
  } catch {
    // Others then read "another process".
  }
}
