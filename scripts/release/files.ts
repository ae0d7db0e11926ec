/** Small things that several release scripts do with files. */
import { exists, walk } from "@std/fs";
import { distDir } from "./project.ts";

/** The names of the files in dist/, sorted; none when it does not exist. */
export async function distFiles(dir: URL = distDir): Promise<string[]> {
  if (!await exists(dir)) return [];
  const files = walk(dir, { maxDepth: 1, includeDirs: false });
  return (await Array.fromAsync(files, ({ name }) => name)).sort();
}

/** The first bytes of a file. */
export async function firstBytes(path: string | URL, count: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(count);
  let length = 0;
  while (length < count) {
    const read = await file.read(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

/** A file's SHA-256 in hexadecimal. */
export async function sha256(path: string | URL): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}
