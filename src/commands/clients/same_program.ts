import { isSameFile } from "../../lib/files/same_file.ts";

const CHUNK_BYTES = 1024 * 1024;

/** What a second file is to a first one. */
export type Sameness = "same" | "copy" | "other";

/**
 * Whether two paths lead to one program: to one file, or to two with the same content. Contents are
 * read only where the sizes agree, up to the first difference, and each pair once.
 */
export class SamePrograms {
  readonly #known = new Map<string, Promise<Sameness>>();

  /** What cannot be read, or is no regular file, is another one. */
  async compare(one: string, other: string): Promise<Sameness> {
    try {
      const [first, second] = [await Deno.realPath(one), await Deno.realPath(other)];
      if (first === second) return "same";
      const pair = `${first}\0${second}`;
      const known = this.#known.get(pair) ?? compareFiles(first, second);
      this.#known.set(pair, known);
      return await known;
    } catch {
      return "other";
    }
  }
}

async function compareFiles(one: string, other: string): Promise<Sameness> {
  const [first, second] = [await Deno.stat(one), await Deno.stat(other)];
  // Opening a named pipe would wait for a writer.
  if (!first.isFile || !second.isFile) return "other";
  if (first.ino && second.ino && isSameFile(first, second)) return "same";
  if (first.size !== second.size) return "other";
  const files: Deno.FsFile[] = [];
  try {
    for (const path of [one, other]) files.push(await Deno.open(path));
    return await haveSameContent(files) ? "copy" : "other";
  } finally {
    for (const file of files) file.close();
  }
}

async function haveSameContent(files: readonly Deno.FsFile[]): Promise<boolean> {
  const buffers = files.map(() => new Uint8Array(CHUNK_BYTES));
  while (true) {
    const [one, other] = await Promise.all(
      files.map((file, index) => filled(file, buffers[index] ?? new Uint8Array())),
    );
    if (!one || !other || !isEqual(one, other)) return false;
    if (one.length < CHUNK_BYTES) return true;
  }
}

/** As much of the file as the buffer takes; less only at its end. */
async function filled(file: Deno.FsFile, buffer: Uint8Array): Promise<Uint8Array> {
  let length = 0;
  while (length < buffer.length) {
    const read = await file.read(buffer.subarray(length));
    if (read === null) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

/** Four bytes at a time: a program has tens of millions. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  const words = Math.floor(one.length / 4);
  const a = new Uint32Array(one.buffer, 0, words);
  const b = new Uint32Array(other.buffer, 0, words);
  for (let index = 0; index < words; index++) if (a[index] !== b[index]) return false;
  for (let index = words * 4; index < one.length; index++) {
    if (one[index] !== other[index]) return false;
  }
  return true;
}
