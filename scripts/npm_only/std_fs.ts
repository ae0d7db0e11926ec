/**
 * The functions of `jsr:@std/fs` that this project uses, over Deno's own,
 * for networks that reach npm but not JSR. Add one here when the project starts to use it.
 *
 * @module
 */

import { basename, fromFileUrl, join } from "./std_path.ts";

/** Creates a directory and its parents when absent, as `ensureDir` of @std/fs. */
export async function ensureDir(dir: string | URL): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
}

/** Whether something exists at the path, as `exists` of @std/fs. */
export async function exists(path: string | URL): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes what is in a directory, or creates it when absent, as `emptyDir` of @std/fs. */
export async function emptyDir(dir: string | URL): Promise<void> {
  const path = pathOf(dir);
  await ensureDir(path);
  for await (const { name } of Deno.readDir(path)) {
    await Deno.remove(join(path, name), { recursive: true });
  }
}

/** What `walk` finds. */
export interface WalkEntry extends Deno.DirEntry {
  path: string;
}

/** What is below a directory, and itself, as `walk` of @std/fs as far as these options go. */
export async function* walk(
  root: string | URL,
  options: { maxDepth?: number; includeDirs?: boolean; exts?: readonly string[] } = {},
): AsyncGenerator<WalkEntry> {
  const path = pathOf(root);
  const { isFile, isDirectory, isSymlink } = await Deno.lstat(path);
  yield* walkFrom({ path, name: basename(path), isFile, isDirectory, isSymlink }, options);
}

async function* walkFrom(
  entry: WalkEntry,
  options: { maxDepth?: number; includeDirs?: boolean; exts?: readonly string[] },
): AsyncGenerator<WalkEntry> {
  const { maxDepth = Infinity, includeDirs = true, exts } = options;
  const { path, name, isDirectory } = entry;
  const wanted = exts?.some((ext) => name.endsWith(`.${ext.replace(/^\./, "")}`)) ?? true;
  if (wanted && (includeDirs || !isDirectory)) yield entry;
  if (!isDirectory || maxDepth < 1) return;
  for await (const child of Deno.readDir(path)) {
    const below = { ...child, path: join(path, child.name) };
    yield* walkFrom(below, { ...options, maxDepth: maxDepth - 1 });
  }
}

function pathOf(path: string | URL): string {
  return path instanceof URL ? fromFileUrl(path) : path;
}
