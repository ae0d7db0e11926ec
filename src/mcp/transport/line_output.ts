import { type ByteSink, WHOLE_BYTES, writeAll } from "../../lib/write_all.ts";

/** How much may wait for a slow reader before no more work is accepted that would add to it. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_WAITING_LINES = 1_000;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly written: PromiseWithResolvers<void>;
}

/**
 * Writes lines one after the other, and knows how much is waiting for the reader. Short lines that
 * wait during a write go out together: one write costs more than making many answers.
 */
export class LineOutput {
  readonly #output: ByteSink;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #waitingBytes = 0;
  #waitingLines = 0;
  readonly #onRoom: () => void;

  /** @param onRoom called each time the output is no longer full */
  constructor(output: ByteSink, onRoom: () => void) {
    this.#output = output;
    this.#onRoom = onRoom;
  }

  /**
   * Whether so much is waiting that no more should be requested. More is still written if given.
   */
  get full(): boolean {
    return this.#waitingBytes >= MAX_WAITING_BYTES ||
      this.#waitingLines >= MAX_WAITING_LINES;
  }

  /** Resolves when everything given so far is written, or has failed. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /**
   * Writes one line; resolves when the operating system has taken it.
   *
   * @throws the stream's error, for example when its reader is gone
   */
  async write(line: string): Promise<void> {
    const bytes = new TextEncoder().encode(`${line}\n`);
    const written = Promise.withResolvers<void>();
    this.#waiting.push({ bytes, written });
    this.#waitingBytes += bytes.byteLength;
    this.#waitingLines += 1;
    this.#writing ??= this.#writeWaiting();
    await written.promise;
  }

  /** Never rejects: each line reports its failure to its own sender. */
  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0, this.#fitting());
      const bytes = joined(lines);
      try {
        await writeAll(this.#output, bytes);
        for (const { written } of lines) written.resolve();
      } catch (error) {
        for (const { written } of lines) written.reject(error);
      }
      const wasFull = this.full;
      this.#waitingBytes -= bytes.byteLength;
      this.#waitingLines -= lines.length;
      if (wasFull && !this.full) this.#onRoom();
    }
    this.#writing = undefined;
  }

  /** How many lines fit in one write that is done whole or not at all; at least one. */
  #fitting(): number {
    let size = 0;
    const over = this.#waiting.findIndex(({ bytes }) => (size += bytes.byteLength) > WHOLE_BYTES);
    return over === -1 ? this.#waiting.length : Math.max(1, over);
  }
}

function joined(lines: readonly Waiting[]): Uint8Array {
  const [first] = lines;
  if (first && lines.length === 1) return first.bytes;
  const whole = new Uint8Array(lines.reduce((size, { bytes }) => size + bytes.byteLength, 0));
  let offset = 0;
  for (const { bytes } of lines) {
    whole.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return whole;
}
