import { systemCode } from "../system_error.ts";
import { isUnknownToFileSystem } from "./sync_file.ts";

/** Whether the error means that this file system has no locks. */
export function isLockRefusal(error: unknown): boolean {
  return isUnknownToFileSystem(error) || systemCode(error) === "ENOLCK";
}

/** Whether a file that nobody else has cannot be locked because its file system has no locks. */
export async function isLockUnknown(file: Deno.FsFile): Promise<boolean> {
  try {
    await file.lock(true);
    return false;
  } catch (error) {
    return isLockRefusal(error);
  }
}

/** Whether this Deno can try a lock: before 2.9 it can only wait for one. */
export function canTryLocks(): boolean {
  return typeof Deno.FsFile.prototype.tryLock === "function";
}

/**
 * Locks a file that is open, if nobody else has it.
 *
 * @param exclusive for this process alone
 * @returns whether it is locked now; undefined where that cannot be told: on a file system without locks,
 * and before Deno 2.9, where a lock cannot be tried without waiting for it
 */
export async function tryLock(file: Deno.FsFile, exclusive: boolean): Promise<boolean | undefined> {
  if (typeof file.tryLock !== "function") return undefined;
  try {
    return await file.tryLock(exclusive);
  } catch (error) {
    if (isLockRefusal(error)) return undefined;
    throw error;
  }
}
