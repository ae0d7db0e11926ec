import { type AttachRoots, PATH_DELIMITER } from "../../config/attach_roots.ts";
import { hiddenPlaces, isHiddenInHome, isProgramData } from "./hidden_in_home.ts";

const IS_WINDOWS = Deno.build.os === "windows";
const IGNORES_CASE = IS_WINDOWS || Deno.build.os === "darwin";
const SEPARATOR = IS_WINDOWS ? "\\" : "/";
const SYSTEM_DIR = /^[A-Z]:\\Windows(?:\\|$)/i;

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
  const below = (path: string) =>
    home !== undefined && isInside(path, home) ? partsBelow(path, home) : [];
  const isInTemp = (path: string) => temp.some((root) => isInside(path, root));
  // A desktop program starts in the root, the home or above it, or where it is installed, which does
  // not say what is meant.
  const [workingDir] = (await realPaths([roots.workingDir])).filter(isNoDriveRoot)
    .filter((path) => home === undefined || !isInside(home, path))
    .filter((path) => !(IS_WINDOWS && SYSTEM_DIR.test(path)))
    .filter((path) => !isProgramData(below(path)) || isInTemp(path));
  return {
    contains: (path) => {
      const isHidden = isHiddenInHome(below(path));
      const inTemp = temp.some((root) =>
        isInside(path, root) && !(isHidden && home !== undefined && isInside(home, root))
      );
      return (workingDir !== undefined && isInside(path, workingDir)) || inTemp ||
        (home !== undefined && isInside(path, home) && !isHidden);
    },
    explanation: explanationOf([
      ...(home === undefined ? [] : [`${home} (except ${hiddenPlaces()})`]),
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

/** The names between the root and the end of a path that is inside of it. */
function partsBelow(path: string, root: string): string[] {
  return path.slice(root.length).split(SEPARATOR).filter((part) => part !== "");
}

function isInside(path: string, root: string): boolean {
  const [inner, outer] = [path, root].map(comparable);
  return inner === outer ||
    inner?.startsWith(outer?.endsWith(SEPARATOR) ? outer : outer + SEPARATOR) === true;
}

/** Where case does not matter, a real path usually has its true case: not on every file system. */
function comparable(path: string): string {
  return IGNORES_CASE ? path.toLowerCase() : path;
}

/** `/`, `C:\` or `\\server\share`, which would allow everything. */
function isNoDriveRoot(path: string): boolean {
  return !/^(?:[A-Za-z]:|[\\/]{2}[^\\/]+[\\/][^\\/]+)?[\\/]?$/.test(path);
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
