import { dirname } from "@std/path";
import { sleep } from "../../lib/sleep.ts";

const POLL_MS = 20;
const MAX_POLLS = 250;

/**
 * Lets one process of this program after another edit the files of a directory: between the last look
 * at a file and its replacement there is a moment in which another's change would be lost.
 *
 * The directory itself is locked, so that nothing is left behind. Where that cannot be done (Windows
 * opens no directory, some file systems have no locks, a Deno before 2.9 cannot try one), or where
 * somebody does not let go of it, that last look must do.
 */
export async function whileAlone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const directory = await lockedDirectory(dirname(path));
  try {
    return await work();
  } finally {
    directory?.close();
  }
}

async function lockedDirectory(path: string): Promise<Deno.FsFile | undefined> {
  let directory: Deno.FsFile | undefined;
  try {
    directory = await Deno.open(path, { read: true });
    if (typeof directory.tryLock !== "function") return directory;
    for (let polls = 0; polls < MAX_POLLS && !await directory.tryLock(true); polls++) {
      await sleep(POLL_MS);
    }
    return directory;
  } catch {
    return directory; // Not every directory can be opened or locked; a file in it may be written.
  }
}
