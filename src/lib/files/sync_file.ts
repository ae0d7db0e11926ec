import { systemCode } from "../system_error.ts";

/** What file systems answer that do not know a call at all: WSL, some NAS and FUSE ones. */
const UNKNOWN_CALL = ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];
/** As Deno calls "incorrect function" (1), which drives that are no disks answer on Windows. */
const UNKNOWN_CALL_ON_WINDOWS = "EISDIR";

/** Whether the error means that the file system does not know the call, and never will. */
export function isUnknownToFileSystem(error: unknown, os = Deno.build.os): boolean {
  const code = systemCode(error) ?? "";
  return error instanceof Deno.errors.NotSupported || UNKNOWN_CALL.includes(code) ||
    (os === "windows" && code === UNKNOWN_CALL_ON_WINDOWS);
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
