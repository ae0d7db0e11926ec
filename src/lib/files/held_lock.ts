/**
 * Whether a process holds the lock of this file; undefined where that cannot be told: on a file system
 * without locks, and before Deno 2.9, where a lock cannot be tried without waiting for it.
 */
export async function isLockHeld(path: string): Promise<boolean | undefined> {
  try {
    // A named pipe would wait for a writer.
    if (!(await Deno.lstat(path)).isFile) return undefined;
    const file = await Deno.open(path, { read: true });
    try {
      return typeof file.tryLock === "function" ? !await file.tryLock(false) : undefined;
    } finally {
      file.close();
    }
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? false : undefined;
  }
}
