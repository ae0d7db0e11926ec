import { isLockUnknown } from "./lock_file.ts";
import { probePathIn } from "./probe_file.ts";
import { removeFile } from "./replace_file.ts";
import { syncFile } from "./sync_file.ts";

/**
 * What the file system of the state directory cannot do, tested with a separate file.
 *
 * @returns one line for people, or undefined when it can do everything, or that cannot be tried
 */
export async function fileSystemLimits(directory: string): Promise<string | undefined> {
  const path = probePathIn(directory);
  const limits: string[] = [];
  try {
    const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    try {
      if (!await syncFile(file)) {
        limits.push("cannot make sure that what is written survives a power cut (fsync)");
      }
      if (await isLockUnknown(file)) {
        limits.push(
          "has no locks (flock), so that several processes for one workspace each deliver " +
            "its messages: run only one",
        );
      }
    } finally {
      file.close();
      await removeFile(path);
    }
  } catch {
    return undefined; // A full disk, for instance: who writes there next says so.
  }
  if (limits.length === 0) return undefined;
  return `The file system of the state directory ${directory} ${limits.join(", and ")}. ` +
    "Everything else works. Set CONFIGS_DIR to a directory on a local disk to have it";
}
