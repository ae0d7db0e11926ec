import { type LookAtDirectory, probed } from "../../config/state_dir.ts";

/** Its owner may list, enter and write to it. */
const USABLE = 0o700;

/**
 * Looks at a state directory for a command that changes nothing.
 *
 * Whoever owns the home directory is taken for who runs this: Deno tells that only with the
 * permission `sys`. Where this does not say whether a file can be made (a directory of somebody else,
 * one that is closed, a container's, which may be mounted read-only and is then passed over), one is
 * made and removed, as the server does, and the directory's times are put back.
 */
export const lookAtDirectory: LookAtDirectory = (path, { home, shared }) => {
  const directory = Deno.statSync(path);
  if (directory.uid === null || directory.mode === null) return directory;
  const owner = home === undefined || shared ? undefined : ownerOf(home);
  if (owner?.uid === directory.uid && (directory.mode & USABLE) === USABLE) return owner;
  const made = probed(path);
  const { atime, mtime } = directory;
  try {
    if (atime && mtime) Deno.utimeSync(path, atime, mtime);
  } catch {
    // Of a directory that belongs to somebody else only its owner may set them.
  }
  return made;
};

function ownerOf(home: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(home);
  } catch {
    return undefined;
  }
}
