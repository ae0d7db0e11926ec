/**
 * Where Deno cannot ask (before 2.9 there is no `tryLock`), a lock that is not held by now counts as
 * held by somebody else. Long, because a busy process must not be told that of itself.
 */
const FREE_WITHIN_MS = 2_000;
/** Some network file systems tell another inode each time: there the lock counts as it is. */
const MAX_ATTEMPTS = 10;

/**
 * One process per workspace and machine delivers: an operating system lock on a file in the state
 * directory, which ends with its process, also after SIGKILL (design.md, Inbox).
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
   * fired first: the operating system's own wait then goes on, and what it brings is given back
   * @throws when the file cannot be opened or the file system knows no locks
   */
  async acquire(onWaiting: () => void, signal: AbortSignal): Promise<Disposable | undefined> {
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
        // A file that was removed meanwhile locks nobody out who comes now.
        if (attempt < MAX_ATTEMPTS && !await isStillAt(this.#path, file)) {
          file.close();
          continue;
        }
        await writeHolder(file);
        return { [Symbol.dispose]: () => file.close() };
      }
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Which process delivers, for people; `undefined` when the file does not tell. */
  async holder(): Promise<string | undefined> {
    try {
      await refuseOtherThanFile(this.#path);
      const holder = (await Deno.readTextFile(this.#path)).trim();
      return /^process \d+$/.test(holder) ? holder : undefined;
    } catch {
      // Absent, or not to be read: on Windows the lock also keeps others from reading.
      return undefined;
    }
  }
}

async function lockedFile(path: string, onWaiting: () => void): Promise<Deno.FsFile> {
  await refuseOtherThanFile(path);
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
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
    file.close();
    throw error;
  }
}

/** This process no longer wants the lock: the next one is to have it, not the process's end. */
function closeWhenGranted(locked: Promise<Deno.FsFile>): void {
  locked.then((file) => file.close(), () => {
    // It was not granted; there is nothing to give back.
  });
}

/** A link could lead the note about the holder into somebody's file; a pipe would never open. */
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
    const [opened, there] = [await file.stat(), await Deno.lstat(path)];
    // Windows may not tell a number, and does not remove a file that is open.
    return opened.ino === null || (opened.ino === there.ino && opened.dev === there.dev);
  } catch {
    return false; // Gone, or not to be seen: opening it again tells.
  }
}

/** For people only, so a full disk is no reason not to deliver. */
async function writeHolder(file: Deno.FsFile): Promise<void> {
  try {
    await file.truncate(0);
    await file.seek(0, Deno.SeekMode.Start);
    await file.write(new TextEncoder().encode(`process ${Deno.pid}\n`));
  } catch {
    // Others then read "another process".
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
