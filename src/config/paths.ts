import { isAbsolute, join } from "@std/path";
import { readTrimmed, type ReadVariable } from "./environment.ts";
import { quoteValue } from "./quote_value.ts";

/** The home directory as the environment names it; on Windows under its name there. */
export function homeDirectory(read: ReadVariable): string | undefined {
  return readTrimmed(read, "HOME") ?? readTrimmed(read, "USERPROFILE");
}

/**
 * `~` and what begins with `~/` (on Windows also `~\`) with the home directory in its place: no shell
 * has seen what a client's configuration or an agent says. Everything else is left as it is.
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
  const home = homeDirectory(read);
  const path = expandHome(text, home);
  if (isAbsolute(path)) return { path };
  const got = quoteValue(text);
  // What is not quoted may be a secret, and has no place in the example either.
  const base = got.startsWith('"') ? baseOf(text) : "dir";
  const example = join(home !== undefined && isAbsolute(home) ? home : "/home/you", base);
  return {
    fault: `expected an absolute path, got ${got}; a client may start this program in any ` +
      `directory. Write it out from the root, for example ${JSON.stringify(example)}`,
  };
}

/** What a relative path most likely meant below the home directory, without `./`, `../` and `~user`. */
function baseOf(text: string): string {
  return text.replace(/^(\.{1,2}[/\\]+|~[^/\\]*[/\\]*)+/, "") || "dir";
}
