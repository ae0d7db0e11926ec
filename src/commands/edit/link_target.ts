import { basename, dirname, isAbsolute, join } from "@std/path";
import { reasonOf } from "../../lib/system_error.ts";
import { ConfigFileError, isAbsent } from "./config_file_error.ts";

const MAX_LINKS = 40;

/**
 * The end of a chain of links, which need not exist.
 *
 * @param within a directory that whoever made its files must not lead out of: a link in it to nothing
 *   or to what lies elsewhere is refused
 * @throws {ConfigFileError}
 */
export async function linkTarget(path: string, within?: string): Promise<string> {
  const target = await endOfLinks(path);
  if (within === undefined) return target;
  // A directory on the way may be a link, too.
  const real = await realPath(path, target);
  if (real === undefined) {
    if (target === path) return target;
    throw new ConfigFileError(
      `${path} is a link to ${target}, where nothing is: it is left as it is; remove the link first`,
    );
  }
  if (!isInside(real, await realPath(path, within) ?? within)) {
    throw new ConfigFileError(
      `${path} is a link to ${real}, outside this folder: it is left as it is; remove the link first`,
    );
  }
  return target;
}

async function endOfLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    try {
      if (!(await Deno.lstat(target)).isSymlink) return target;
      const next = await Deno.readLink(target);
      target = isAbsolute(next) ? next : join(dirname(target), next);
    } catch (error) {
      if (isAbsent(error)) return target;
      throw new ConfigFileError(`Cannot read ${path}: ${reasonOf(error)}`);
    }
  }
  throw new ConfigFileError(`Cannot read ${path}: ${basename(path)} is a link to itself`);
}

/** @returns undefined where nothing is */
async function realPath(path: string, target: string): Promise<string | undefined> {
  try {
    return await Deno.realPath(target);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new ConfigFileError(`Cannot read ${path}: ${reasonOf(error)}`);
  }
}

/** Both as `Deno.realPath` writes them. */
function isInside(path: string, directory: string): boolean {
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  return path.startsWith(directory.endsWith(separator) ? directory : directory + separator);
}
