/**
 * Reads a regular file of at most so many bytes. Its size is looked at before anything is read, and
 * one that grows meanwhile is not read further.
 *
 * @param options.followLinks whether a symbolic link leads to the file; default: it does not
 * @returns the bytes; a file that is too large by its size; `undefined` for anything but a file
 * @throws what the operating system says, `Deno.errors.NotFound` for instance
 */
export async function readBoundedFile(
  path: string,
  maxBytes: number,
  { followLinks = false }: { readonly followLinks?: boolean } = {},
): Promise<{ bytes: Uint8Array<ArrayBuffer> } | { tooLarge: number } | undefined> {
  // Looked at first: opening a named pipe would wait for a writer.
  const seen = await (followLinks ? Deno.stat(path) : Deno.lstat(path));
  if (!seen.isFile) return undefined;
  if (seen.size > maxBytes) return { tooLarge: seen.size };
  const file = await Deno.open(path, { read: true });
  try {
    // One byte more than allowed, to see whether it has grown.
    const buffer = new Uint8Array(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const read = await file.read(buffer.subarray(length));
      if (read === null) return { bytes: buffer.subarray(0, length) };
      length += read;
    }
    return { tooLarge: length };
  } finally {
    file.close();
  }
}
