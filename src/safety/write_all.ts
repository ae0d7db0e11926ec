/** How soon a pipe that took nothing is tried again. */
const RETRY_MS = 20;

/** Where bytes go, such as `Deno.stdout`. */
export interface ByteSink {
  /** @returns how many it took */
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * Writes all of the bytes, however few the sink takes at a time. A full pipe that somebody made
 * non-blocking (a parent may share it with us in this state) takes none and says so: that is no
 * failure, only a reader that is slow.
 *
 * @throws what the sink throws otherwise, such as `Deno.errors.BrokenPipe`
 */
export async function writeAll(sink: ByteSink, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength;) {
    try {
      offset += await sink.write(bytes.subarray(offset));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
