import { dirname } from "@std/path";
import { sleep } from "../../lib/sleep.ts";

const POLL_MS = 20;
const MAX_POLLS = 250;
/** A process that was killed lets nobody wait for longer than this. */
const STALE_AFTER_MS = 60_000;
const LOCK_ENDING = ".molecule-lock";

/** What lets the next one in. */
type Release = () => Promise<void>;

/**
 * Lets one process of this program after another edit a file: between the last look at a file and its
 * replacement there is a moment in which another's change would be lost.
 *
 * The file's directory is locked, so that nothing is left behind. Windows opens no directory: there a
 * file beside it says that somebody edits. Where neither can be done (a file system without locks), or
 * where somebody does not let go, that last look must do.
 */
export async function whileAlone<T>(
  path: string,
  work: () => Promise<T>,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<T> {
  const release = os === "windows" ? await lockBeside(path) : await lockDirectory(dirname(path));
  try {
    return await work();
  } finally {
    await release();
  }
}

async function lockDirectory(path: string): Promise<Release> {
  let directory: Deno.FsFile | undefined;
  try {
    const opened = await Deno.open(path, { read: true });
    directory = opened;
    if (typeof opened.tryLock === "function") await granted(() => opened.tryLock(true));
    else await waitedFor(opened.lock(true));
  } catch {
    // Not every directory can be opened or locked although a file in it may be written.
  }
  return () => Promise.resolve(directory?.close());
}

/** A Deno before 2.9 can only wait for a lock. */
async function waitedFor(lock: Promise<void>): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([lock, sleep(MAX_POLLS * POLL_MS, over.signal)]);
  } finally {
    over.abort();
  }
}

async function lockBeside(path: string): Promise<Release> {
  const lock = path + LOCK_ENDING;
  // Where no file can be made, the edit itself says why.
  const isOurs = await granted(() => isMade(lock)).catch(() => false);
  return async () => {
    if (isOurs) await Deno.remove(lock).catch(() => {}); // Whoever found it stale has removed it.
  };
}

async function isMade(lock: string): Promise<boolean> {
  try {
    (await Deno.open(lock, { write: true, createNew: true })).close();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const { mtime } = await Deno.lstat(lock).catch(() => ({ mtime: null }));
    if (mtime && Date.now() - mtime.getTime() > STALE_AFTER_MS) {
      await Deno.remove(lock).catch(() => {}); // Another one may have been faster.
    }
    return false;
  }
}

async function granted(attempt: () => Promise<boolean>): Promise<boolean> {
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    if (await attempt()) return true;
    await sleep(POLL_MS);
  }
  return false;
}
