/** How one process learns that it delivers. */
export interface LockState {
  /** The process that holds the lock, as it wrote itself down; for people. */
  readonly holder?: string;
}

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
   * @returns the held lock; disposing of it lets the next process in
   * @throws when the file cannot be opened or the file system knows no locks
   */
  async acquire(onWaiting: () => void): Promise<Disposable> {
    const file = await Deno.open(this.#path, {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    try {
      const lock = file.lock(true);
      const first = await Promise.race([lock.then(() => "held" as const), soon()]);
      if (first !== "held") {
        onWaiting();
        await lock;
      }
      await writeHolder(file);
    } catch (error) {
      file.close();
      throw error;
    }
    return { [Symbol.dispose]: () => file.close() };
  }

  /** Which process delivers, as far as the file tells. */
  async holder(): Promise<LockState> {
    try {
      const holder = (await Deno.readTextFile(this.#path)).trim();
      return /^process \d+$/.test(holder) ? { holder } : {};
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
        return {};
      }
      throw error;
    }
  }
}

/** A free lock is taken at once; what takes longer is held by somebody. */
function soon(): Promise<"waiting"> {
  return new Promise((resolve) => setTimeout(() => resolve("waiting"), 250));
}

async function writeHolder(file: Deno.FsFile): Promise<void> {
  await file.truncate(0);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(`process ${Deno.pid}\n`));
}
