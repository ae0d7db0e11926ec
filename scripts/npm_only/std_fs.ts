/**
 * The functions of `jsr:@std/fs` that this project uses, over Deno's own,
 * for networks that reach npm but not JSR. Add one here when the project starts to use it.
 *
 * @module
 */

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
