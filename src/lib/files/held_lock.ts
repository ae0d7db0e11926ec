import { tryLock } from "./lock_file.ts";

/** Whether a process holds the lock of this file; undefined where that cannot be told (`tryLock`). */
export async function isLockHeld(path: string): Promise<boolean | undefined> {
  try {
    // A named pipe would wait for a writer.
    if (!(await Deno.lstat(path)).isFile) return undefined;
    const file = await Deno.open(path, { read: true });
    try {
      const isFree = await tryLock(file, false);
      return isFree === undefined ? undefined : !isFree;
    } finally {
      file.close();
    }
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? false : undefined;
  }
}
