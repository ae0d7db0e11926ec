/**
 * Whether both looks are at one file, as far as the file system tells. On Windows not every version of
 * Deno knows the number of a file, or of an open one (null or 0): there nothing speaks against it.
 */
export function isSameFile(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return !one.ino || !other.ino || (one.ino === other.ino && one.dev === other.dev);
}
