import { dirname } from "@std/path";
import { type AttachRoots, PATH_DELIMITER } from "../../config/attach_roots.ts";

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/** The directories that attachments may come from. */
export interface AllowedDirectories {
  /** @param realPath has every link resolved */
  contains(realPath: string): boolean;
  /** For a refusal: where attachments may come from, and how to allow more. */
  readonly explanation: string;
}

/** Resolves links in the directories as they are now; a missing directory allows nothing. */
export async function allowedDirectories(roots: AttachRoots): Promise<AllowedDirectories> {
  if ("configured" in roots) {
    const configured = await realPaths(roots.configured);
    return {
      contains: (path) => configured.some((root) => isInside(path, root)),
      explanation: explanationOf(configured),
    };
  }
  const [home] = (await realPaths([roots.home])).filter(isNoDriveRoot);
  const temp = (await realPaths(roots.temp)).filter(isNoDriveRoot);
  // A desktop program starts in the root, the home or above it, which does not say what is meant.
  const [workingDir] = (await realPaths([roots.workingDir])).filter(isNoDriveRoot)
    .filter((path) => home === undefined || !isInside(home, path));
  return {
    contains: (path) => {
      const isHidden = home !== undefined && isInside(path, home) && isHiddenIn(path, home);
      const inTemp = temp.some((root) =>
        isInside(path, root) && !(isHidden && home !== undefined && isInside(home, root))
      );
      return (workingDir !== undefined && isInside(path, workingDir)) || inTemp ||
        (home !== undefined && isInside(path, home) && !isHidden);
    },
    explanation: explanationOf([
      ...(home === undefined ? [] : [`${home} (except dot-directories and top-level dotfiles)`]),
      ...temp,
      ...(workingDir === undefined ? [] : [workingDir]),
    ]),
  };
}

function explanationOf(places: readonly string[]): string {
  const where = places.length === 0 ? "no directory" : places.join(", ");
  return `Attachments may come from ${where}. To allow others, set MOLECULE_ATTACH_ROOTS in the ` +
    `env section of the MCP client's configuration to the allowed directories, separated by ` +
    `"${PATH_DELIMITER}", and restart the client`;
}

/** In any dot-directory below, or hidden at the top: where programs keep keys and logins. */
function isHiddenIn(path: string, root: string): boolean {
  const [first = "", ...others] = path.slice(root.length + 1).split(SEPARATOR);
  return first.startsWith(".") || others.slice(0, -1).some((part) => part.startsWith("."));
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(SEPARATOR) ? root : root + SEPARATOR);
}

/** `/` or `C:\`, which would allow everything. */
function isNoDriveRoot(path: string): boolean {
  return dirname(path) !== path;
}

async function realPaths(paths: readonly (string | undefined)[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map(async (path) => {
    try {
      return path === undefined ? undefined : await Deno.realPath(path);
    } catch {
      return undefined; // Nothing can be attached from what is not there or may not be read.
    }
  }));
  return [...new Set(real.filter((path) => path !== undefined))];
}
