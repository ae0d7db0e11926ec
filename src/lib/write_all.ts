import { sleep } from "./sleep.ts";

/** How soon a pipe that took nothing is written to again. */
const RETRY_MS = 20;
/** A pipe takes up to this many bytes whole or not at all (Linux; POSIX promises 512). */
export const WHOLE_BYTES = 4096;
/** How much of a long text, its last newline with it, is written on its own. */
const TAIL_BYTES = 2048;

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
 * Deno's stdout keeps a part of what a full pipe did not take when a newline follows, and fails all
 * the same: nobody could tell where to continue. So the newline at the end goes with the last,
 * short piece, which is written whole or not at all.
 *
 * @throws what the sink throws otherwise, such as `Deno.errors.BrokenPipe`
 */
export async function writeAll(sink: ByteSink, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength;) {
    const left = bytes.byteLength - offset;
    const end = left <= WHOLE_BYTES ? bytes.byteLength : bytes.byteLength - TAIL_BYTES;
    try {
      offset += await sink.write(bytes.subarray(offset, end));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await sleep(RETRY_MS);
    }
  }
}
