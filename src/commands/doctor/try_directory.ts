import { isLockUnknown } from "../../lib/files/lock_file.ts";
import { probePathIn } from "../../lib/files/probe_file.ts";
import { syncFile } from "../../lib/files/sync_file.ts";

/** What a file takes on most disks at least. */
const BYTES = 4096;

/** What a file that was made in a directory, and removed again, shows. */
export type ProbeResult =
  | {
    /** The record of the file, whose owner is who this process acts as there. */
    readonly made: Deno.FileInfo;
    readonly hasSync: boolean;
    readonly hasLocks: boolean;
  }
  | { readonly error: unknown };

/** Makes one file in the directory and removes it. Never throws. */
export async function tryDirectory(directory: string): Promise<ProbeResult> {
  const path = probePathIn(directory);
  try {
    const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    try {
      // An empty file fits on a disk that is full.
      await file.write(new Uint8Array(BYTES));
      // Of the path: some file systems tell an open file what it asked for, not what was kept.
      const made = await Deno.lstat(path);
      return { made, hasSync: await syncFile(file), hasLocks: !await isLockUnknown(file) };
    } finally {
      file.close();
      await Deno.remove(path);
    }
  } catch (error) {
    return { error };
  }
}

/** Whether an error says that nothing is at the path. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}
