import { type Backoff, backoffMs } from "../../lib/backoff.ts";
import { sleep } from "../../lib/sleep.ts";

const CHUNK_BYTES = 64 * 1024;
/** How soon a pipe that had nothing is tried again: at first, and when nothing has come for long. */
const RETRIES: Backoff = { firstMs: 1, longestMs: 25 };

/** Where bytes come from, such as `Deno.stdin`. */
export interface ByteSource {
  /** @returns how many were read, or null at the end */
  read(buffer: Uint8Array): Promise<number | null>;
}

/**
 * What the source has, until its end. An empty pipe that somebody made non-blocking (a parent may
 * share it with us in this state) says so instead of waiting: that is no failure, only a writer that
 * has nothing to say. Deno waits by itself since 2.9, before that it fails. The counterpart of
 * `writeAll`.
 *
 * @throws what the source throws otherwise
 */
export async function* byteChunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  let emptyReads = 0;
  const buffer = new Uint8Array(CHUNK_BYTES);
  while (true) {
    let size: number | null;
    try {
      size = await source.read(buffer);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      emptyReads += 1;
      await sleep(backoffMs(RETRIES, emptyReads));
      continue;
    }
    if (size === null) return;
    emptyReads = 0;
    yield buffer.slice(0, size);
  }
}

/**
 * The same stream, of which the first chunk is asked for now: it is read while the program is still
 * being loaded. To be iterated once.
 */
export function begun(stream: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  const first = stream.next();
  first.catch(() => {}); // Whoever iterates gets the error.
  const chunks = async function* () {
    for (let next = await first; !next.done; next = await stream.next()) yield next.value;
  };
  return { [Symbol.asyncIterator]: chunks };
}
