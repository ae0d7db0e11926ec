import { type ByteSink, writeAll } from "../safety/write_all.ts";

/** What may wait for a slow reader before nothing more is taken on that would add to it. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_WAITING_LINES = 1_000;

/** Writes lines, one after the other, and knows how much waits for the reader. */
export class LineOutput {
  readonly #output: ByteSink;
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #waitingLines = 0;
  readonly #onRoom: () => void;

  /** @param onRoom called each time that it is no longer full */
  constructor(output: ByteSink, onRoom: () => void) {
    this.#output = output;
    this.#onRoom = onRoom;
  }

  /** Whether so much waits that no more should be asked for. It is written all the same. */
  get full(): boolean {
    return this.#waitingBytes >= MAX_WAITING_BYTES ||
      this.#waitingLines >= MAX_WAITING_LINES;
  }

  /** Resolves when all that was given so far is written, or has failed. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /**
   * Writes one line; resolves when the operating system took it.
   *
   * @throws what the stream throws, such as that its reader is gone
   */
  async write(line: string): Promise<void> {
    const bytes = new TextEncoder().encode(`${line}\n`);
    this.#waitingBytes += bytes.byteLength;
    this.#waitingLines += 1;
    const current = this.#writeAfter(this.#last, bytes);
    this.#last = current.catch(() => {}); // Each line tells its own failure, to its own sender.
    await current;
  }

  async #writeAfter(previous: Promise<void>, bytes: Uint8Array): Promise<void> {
    await previous;
    try {
      await writeAll(this.#output, bytes);
    } finally {
      const wasFull = this.full;
      this.#waitingBytes -= bytes.byteLength;
      this.#waitingLines -= 1;
      if (wasFull && !this.full) this.#onRoom();
    }
  }
}
