import { dirname } from "@std/path";

/** The group's and others' bits of a mode. */
const OTHERS = 0o077;
const WRITE_BY_OTHERS = 0o022;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;
const ROOT_UID = 0;
/** What Linux shows for owners that the user namespace of a sandbox does not know, such as root. */
const UNKNOWN_UID = 65_534;

/** What is wrong with a state directory, and what is worth saying about it. */
export interface Guarded {
  /** Why it must not be used: the end of a sentence. */
  readonly refusal?: string;
  readonly notices: readonly string[];
}

/**
 * Checks whether anybody but this user can access the state directory, and closes it if it is ours
 * (src/README.md, "The private file"). Windows does not have these modes: there the user's profile
 * protects what is in it, and a directory elsewhere is reported.
 *
 * @param made the record of a file that this process has just created in it: its owner is who this
 * process acts as there, which Deno otherwise tells only with the permission `sys`
 * @param shared the container's directory, which others may share: reported, never changed or
 * refused
 * @param options.home the user's profile, on Windows
 * @param options.onlyLook changes and notices nothing: a directory of somebody else is refused all the
 * same, since what it says would send the token where they want
 */
export function guardStateDir(
  path: string,
  made: Deno.FileInfo,
  shared: boolean,
  { home, onlyLook = false }: { readonly home?: string; readonly onlyLook?: boolean } = {},
): Guarded {
  if (Deno.build.os === "windows") return { notices: onlyLook ? [] : noticeOutside(path, home) };
  if (made.uid === null) return { notices: [] };
  const directory = Deno.statSync(path);
  const link = Deno.lstatSync(path);
  const foreign = [directory, link].find(({ uid }) => uid !== made.uid && uid !== null);
  if (shared) {
    return { notices: onlyLook ? [] : noticeShared(path, directory, foreign !== undefined) };
  }
  // Root may put a link wherever it likes; whoever else owns one can lead it elsewhere tomorrow.
  if (foreign === directory || (foreign === link && link.uid !== ROOT_UID)) {
    return {
      refusal: `it belongs to another user (uid ${foreign.uid}, this program runs as uid ` +
        `${made.uid}), who could read and replace the token`,
      notices: [],
    };
  }
  return {
    notices: onlyLook ? [] : [...close(path, directory), ...noticeParents(path, made.uid)],
  };
}

/** In a new directory on a drive of Windows, every user of the machine may read. */
function noticeOutside(path: string, home: string | undefined): string[] {
  if (home === undefined) return [];
  try {
    const [inner = "", profile = ""] = [path, home]
      .map((place) => Deno.realPathSync(place).toLowerCase().replace(/\\?$/, "\\"));
    if (inner.startsWith(profile)) return [];
  } catch {
    return []; // Started with permission for the directory alone, it cannot look at the profile.
  }
  return [
    `The state directory ${path} is not in this user's profile (${home}): other users of this ` +
    "machine may be able to read and replace the token. Set CONFIGS_DIR to a directory below the " +
    "profile",
  ];
}

function noticeShared(path: string, { mode, uid }: Deno.FileInfo, foreign: boolean): string[] {
  const wide = ((mode ?? 0) & WRITE_BY_OTHERS) !== 0;
  if (!foreign && !wide) return [];
  return [
    `The state directory ${path} is shared (mode ${
      octal(mode)
    }, owner uid ${uid}): anybody who can ` +
    "write to it can replace the token. Set CONFIGS_DIR to a directory of this user's own, unless " +
    "everybody in this container may use the workspace",
  ];
}

function close(path: string, { mode }: Deno.FileInfo): string[] {
  if (((mode ?? 0) & OTHERS) === 0) return [];
  try {
    Deno.chmodSync(path, 0o700);
  } catch {
    // Some file systems refuse it, others just ignore it: the check below covers both.
  }
  const after = Deno.statSync(path).mode;
  return [
    ((after ?? 0) & OTHERS) === 0
      ? `The state directory ${path} was open to other users (mode ${octal(mode)}): it is 0700 now`
      : `The state directory ${path} stays open to other users (mode ${octal(after)}): its file ` +
        "system keeps no modes, so no token is saved there. Set CONFIGS_DIR to a directory on " +
        "one that does",
  ];
}

/** Whoever may rename the directory can put their own in its place: a line about that, if so. */
export function noticeParents(path: string, uid: number): string[] {
  try {
    let parent = dirname(Deno.realPathSync(path));
    for (let last = path; parent !== last; parent = dirname(last)) {
      last = parent;
      const info = Deno.statSync(parent);
      const open = ((info.mode ?? 0) & WORLD_WRITABLE) !== 0 && ((info.mode ?? 0) & STICKY) === 0;
      const foreign = ![uid, ROOT_UID, UNKNOWN_UID, null].includes(info.uid);
      if (!open && !foreign) continue;
      return [
        `The state directory ${path} can be replaced by other users: they can write to ${parent} ` +
        `(mode ${octal(info.mode)}, owner uid ${info.uid}). Set CONFIGS_DIR to a directory below ` +
        "your home",
      ];
    }
    return [];
  } catch {
    return []; // Started with permission for the directory alone, it cannot look above it.
  }
}

function octal(mode: number | null): string {
  return ((mode ?? 0) & 0o7777).toString(8).padStart(4, "0");
}
