import { systemCode } from "../system_error.ts";

/** What file systems answer that do not know a call at all: WSL, some NAS and FUSE ones. */
const UNKNOWN_CALL = ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** Whether the error means that the file system does not know the call, and never will. */
export function isUnknownToFileSystem(error: unknown): boolean {
  return error instanceof Deno.errors.NotSupported ||
    UNKNOWN_CALL.includes(systemCode(error) ?? "");
}

/**
 * Makes what was written last through a power cut, where the file system can.
 *
 * @returns whether it can; `fileSystemLimits` tells people once
 * @throws anything else that goes wrong, such as a full disk
 */
export async function syncFile(file: Deno.FsFile): Promise<boolean> {
  try {
    await file.sync();
    return true;
  } catch (error) {
    if (isUnknownToFileSystem(error)) return false;
    throw error;
  }
}
