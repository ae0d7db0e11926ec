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
