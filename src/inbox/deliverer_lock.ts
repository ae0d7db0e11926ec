/** A lock that is not held by now is held by somebody else. */
const FREE_WITHIN_MS = 250;

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
   * fired first: the operating system's own wait then goes on until the process ends
   * @throws when the file cannot be opened or the file system knows no locks
   */
  async acquire(onWaiting: () => void, signal: AbortSignal): Promise<Disposable | undefined> {
    const options = { read: true, write: true, create: true, mode: 0o600 };
    const file = await Deno.open(this.#path, options);
    const timer = setTimeout(onWaiting, FREE_WITHIN_MS);
    const given = Promise.withResolvers<"given up">();
    const giveUp = () => given.resolve("given up");
    signal.addEventListener("abort", giveUp);
    try {
      const first = await Promise.race([file.lock(true), given.promise]);
      if (first === "given up") return undefined;
      await writeHolder(file);
      return { [Symbol.dispose]: () => file.close() };
    } catch (error) {
      file.close();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Which process delivers, for people; `undefined` when the file does not tell. */
  async holder(): Promise<string | undefined> {
    try {
      const holder = (await Deno.readTextFile(this.#path)).trim();
      return /^process \d+$/.test(holder) ? holder : undefined;
    } catch (error) {
      // On Windows the lock also keeps others from reading.
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
        return undefined;
      }
      throw error;
    }
  }
}

async function writeHolder(file: Deno.FsFile): Promise<void> {
  await file.truncate(0);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(`process ${Deno.pid}\n`));
}
