import { dirname } from "@std/path";

/**
 * What is wrong when nothing is at a path: usually nothing, but Windows says "not found" as well when
 * a part of the path that should be a directory is a file, which other systems tell apart.
 *
 * @returns the error that other systems give, or undefined
 */
export async function throughFile(path: string): Promise<Error | undefined> {
  if (Deno.build.os !== "windows") return undefined;
  for (let above = dirname(path); above !== path; [path, above] = [above, dirname(above)]) {
    try {
      if ((await Deno.stat(above)).isDirectory) return undefined;
      return Object.assign(new Deno.errors.NotADirectory(`${above} is a file`), {
        code: "ENOTDIR",
      });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) return undefined;
    }
  }
  return undefined;
}
