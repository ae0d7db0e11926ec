/** Writes all bytes; a reader that is gone is no error: whoever wanted it has stopped reading. */
export function writeAllSync(
  output: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  try {
    for (let written = 0; written < bytes.byteLength;) {
      written += output.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
