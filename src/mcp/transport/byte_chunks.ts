import { type Backoff, backoffMs } from "../../lib/backoff.ts";
import { sleep } from "../../lib/sleep.ts";

const CHUNK_BYTES = 64 * 1024;
/** How soon an empty pipe is read again: at first, and when it has been empty for long. */
const RETRIES: Backoff = { firstMs: 1, longestMs: 25 };

/** Where bytes come from, such as `Deno.stdin`. */
export interface ByteSource {
  /** @returns how many were read, or null at the end */
  read(buffer: Uint8Array): Promise<number | null>;
}

/**
 * The chunks of the source, until its end. Reading an empty pipe that is in non-blocking mode (a
 * parent may share it with us in that state) fails instead of waiting; that is not an error, the
 * writer just has nothing to say. Since 2.9 Deno itself waits, before that the read fails. The
 * counterpart of `writeAll`.
 *
 * @throws any other error of the source
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
 * The same stream, with its first chunk requested now, so that it is read while the program is
 * still loading. To be iterated once.
 */
export function begun(stream: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  const first = stream.next();
  first.catch(() => {}); // The error surfaces in the iteration.
  const chunks = async function* () {
    for (let next = await first; !next.done; next = await stream.next()) yield next.value;
  };
  return { [Symbol.asyncIterator]: chunks };
}
