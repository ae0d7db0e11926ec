import { isAbsolute, join } from "@std/path";
import { readTrimmed, type ReadVariable } from "./environment.ts";
import { quoteValue } from "./quote_value.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/** The variables that name the home directory, first the one that counts most on this system. */
const HOME_VARIABLES = ["HOME", "USERPROFILE"];
// Git Bash and others set HOME on Windows, to places of their own; the reference goes by the other.
if (IS_WINDOWS) HOME_VARIABLES.reverse();

/** The variable that names the home directory here, or should. */
export function homeVariable(read: ReadVariable): string {
  return HOME_VARIABLES.find((name) => readTrimmed(read, name) !== undefined) ??
    HOME_VARIABLES[0] ?? "HOME";
}

/** The home directory as the environment names it. */
export function homeDirectory(read: ReadVariable): string | undefined {
  return readTrimmed(read, homeVariable(read));
}

/**
 * Whether the path means the same place whatever directory the program was started in. On Windows
 * `\x` and `/x` do not: they lie on the current drive.
 */
export function isFullPath(path: string): boolean {
  return isAbsolute(path) && (!IS_WINDOWS || /^(?:[A-Za-z]:[\\/]|[\\/]{2}[^\\/])/.test(path));
}

/**
 * `~` and what begins with `~/` or `~\` with the home directory in its place: no shell has seen what
 * a client's configuration or an agent says. Everything else is left as it is.
 *
 * @param home `undefined` when it is not known: then nothing is expanded
 */
export function expandHome(path: string, home: string | undefined): string {
  const below = /^~(?:[/\\]+(.*))?$/s.exec(path);
  if (!below || home === undefined) return path;
  return below[1] ? join(home, below[1]) : home;
}

/**
 * A path from a setting, as an absolute one. A relative one is refused: it would mean another place
 * for every directory that a client happens to start in.
 *
 * @returns the path, or what is wrong with it and the form to use
 */
export function settingPath(
  text: string,
  read: ReadVariable,
): { readonly path: string } | { readonly fault: string } {
  // `set X="C:\a b"` of cmd makes the quotes a part of the value.
  if (/^(["'`]).*\1$/s.test(text)) {
    return { fault: "it is in quotes; give only what is between them" };
  }
  const home = homeDirectory(read);
  const path = expandHome(text, home);
  if (isFullPath(path)) return { path };
  const got = quoteValue(text);
  // What is not quoted may be a secret, and has no place in the example either.
  const example = fullPathFor(got.startsWith('"') ? text : "dir", home);
  return {
    fault: `expected an absolute path, got ${got}; a client may start this program in any ` +
      `directory. Write it out from the ${IS_WINDOWS ? "drive" : "root"}, for example ` +
      JSON.stringify(example),
  };
}

/** What a path that is not absolute most likely means. */
export function fullPathFor(text: string, home: string | undefined): string {
  // Without its drive, or with it in the form of Git Bash.
  const [, drive = "C", rest] = /^[\\/](?:([A-Za-z])[\\/])?([^\\/].*)$/s.exec(text) ?? [];
  if (IS_WINDOWS && rest !== undefined) {
    return `${drive.toUpperCase()}:\\${rest.replaceAll("/", "\\")}`;
  }
  const known = home !== undefined && isFullPath(home);
  const base = known ? home : IS_WINDOWS ? "C:\\Users\\you" : "/home/you";
  return join(base, baseOf(text));
}

/** What a relative path most likely meant below the home directory, without `./`, `../` and `~user`. */
function baseOf(text: string): string {
  return text.replace(/^(\.{1,2}[/\\]+|~[^/\\]*[/\\]*|[A-Za-z]:)+/, "") || "dir";
}
