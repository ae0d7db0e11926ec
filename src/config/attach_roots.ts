import { isAbsolute } from "@std/path";
import { expandHome } from "./paths.ts";
import { quoteValue } from "./quote_value.ts";

/** Where attachments may come from, as configured; links are resolved when a file is attached. */
export type AttachRoots =
  /** MOLECULE_ATTACH_ROOTS: these directories with everything in them, and nothing else. */
  | { readonly configured: readonly string[] }
  | {
    /** Without its dot-directories. */
    readonly home?: string;
    readonly temp: readonly string[];
    /** Where the client started this program. */
    readonly workingDir?: string;
  };

const NAME = "MOLECULE_ATTACH_ROOTS";

/** What separates directories in PATH, and here. */
export const PATH_DELIMITER = Deno.build.os === "windows" ? ";" : ":";

/**
 * Reads which directories attachments may come from; anything but an absolute path is noticed.
 *
 * @param cwd as `Deno.cwd`, for tests: it belongs to the whole process
 */
export function parseAttachRoots(
  value: (name: string) => string | undefined,
  notices: string[],
  cwd: () => string = Deno.cwd,
): AttachRoots {
  const homes = [value("HOME"), value("USERPROFILE")];
  const home = homes.find((path) => path !== undefined && isAbsolute(path));
  const temp = [value("TMPDIR"), value("TEMP"), Deno.build.os === "windows" ? undefined : "/tmp"]
    .filter((path) => path !== undefined).filter(isAbsolute);
  const text = value(NAME);
  if (text === undefined) {
    const workingDir = currentDirectory(cwd);
    return {
      ...(home !== undefined && { home }),
      temp,
      ...(workingDir !== undefined && { workingDir }),
    };
  }
  const configured: string[] = [];
  for (const entry of text.split(PATH_DELIMITER).map((part) => part.trim())) {
    if (entry === "") continue;
    // No shell stands between a client's configuration and this program.
    const path = expandHome(entry, home);
    if (isAbsolute(path)) configured.push(path);
    else notices.push(`Ignoring ${quoteValue(entry)} in ${NAME}: expected an absolute path`);
  }
  return { configured };
}

/** None when it was removed, or Deno was started without permission to know it. */
function currentDirectory(cwd: () => string): string | undefined {
  try {
    return cwd();
  } catch {
    return undefined; // Then nothing is allowed on its account.
  }
}
