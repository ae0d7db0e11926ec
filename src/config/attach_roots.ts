import { expandHome, homeDirectory, isFullPath } from "./paths.ts";
import { quoteValue } from "./quote_value.ts";

/** Where attachments may come from, as configured; links are resolved when a file is attached. */
export type AttachRoots =
  /** MOLECULE_ATTACH_ROOTS: these directories with everything in them, and nothing else. */
  | { readonly configured: readonly string[] }
  | {
    /** Without what is hidden in it. */
    readonly home?: string;
    readonly temp: readonly string[];
    /** Where the client started this program. */
    readonly workingDir?: string;
  };

const NAME = "MOLECULE_ATTACH_ROOTS";
const IS_WINDOWS = Deno.build.os === "windows";

/** What separates directories in PATH, and here. */
export const PATH_DELIMITER = IS_WINDOWS ? ";" : ":";
/** One entry: on Windows it may be in quotes, as in PATH, and then hold a delimiter. */
const ENTRY = IS_WINDOWS ? /(?:"[^"]*"?|[^;"])+/g : /[^:]+/g;

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
  const [home] = [homeDirectory(value)].filter((path) => path !== undefined).filter(isFullPath);
  const temp = [value("TMPDIR"), value("TEMP"), IS_WINDOWS ? undefined : "/tmp"]
    .filter((path) => path !== undefined).filter(isFullPath);
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
  for (const [part] of text.matchAll(ENTRY)) {
    const entry = (IS_WINDOWS ? part.replaceAll('"', "") : part).trim();
    if (entry === "") continue;
    // No shell stands between a client's configuration and this program.
    const path = expandHome(entry, home);
    if (isFullPath(path)) configured.push(path);
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
