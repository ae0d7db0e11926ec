/** How much is read while earlier input has not been handled yet. */
const MAX_BYTES = 1024 * 1024;

/**
 * A byte stream that is read ahead of its consumer, up to a limit, so that its end is noticed even
 * while the consumer waits for something else.
 */
export class ReadAhead implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  readonly #onEnd: () => void;
  #bytes = 0;
  #ended = false;
  #error: { readonly reason: unknown } | undefined;
  #wakeReader = () => {};
  #wakeConsumer = () => {};

  /** @param onEnd called when the stream has ended or failed, before the consumer gets there */
  constructor(stream: AsyncIterable<Uint8Array>, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#read(stream);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (true) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#bytes -= chunk.byteLength;
        this.#wakeReader();
        yield chunk;
      } else if (this.#error) throw this.#error.reason;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wakeConsumer = resolve);
    }
  }

  /** Never rejects: the consumer gets the error when it comes to it. */
  async #read(stream: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of stream) {
        this.#chunks.push(chunk);
        this.#bytes += chunk.byteLength;
        this.#wakeConsumer();
        while (this.#bytes >= MAX_BYTES) {
          await new Promise<void>((resolve) => this.#wakeReader = resolve);
        }
      }
    } catch (reason) {
      this.#error = { reason };
    }
    this.#ended = true;
    this.#onEnd();
    this.#wakeConsumer();
  }
}
