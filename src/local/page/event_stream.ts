/**
 * The event stream of one page (`GET events`): text/event-stream, with a bound on what waits for a
 * page that does not read.
 *
 * @module
 */
import type { PageEvent } from "./protocol.ts";

/** What keeps a connection open that carries nothing, and shows that its other end is still there. */
const BEAT = ": beat\n\n";

/** One page that listens. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #maxWaitingBytes: number;
  readonly #cut: () => void;
  readonly #onEnd: () => void;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  readonly #encoder = new TextEncoder();
  #waitingBytes = 0;
  #wake: (() => void) | undefined;
  #over = false;

  /**
   * @param first The event that it begins with, whatever its size
   * @param maxWaitingBytes When more than this waits behind the first one, the stream is cut
   * @param cut Cuts the connection: what waits in a full one would never end
   * @param onEnd Called once, however it ends
   */
  constructor(first: PageEvent, maxWaitingBytes: number, cut: () => void, onEnd: () => void) {
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#cut = cut;
    this.#onEnd = onEnd;
    this.#waiting.push(this.#encoder.encode(frame(first)));
    this.body = new ReadableStream({
      pull: async (controller) => {
        const bytes = await this.#next();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: () => this.end(),
    }, { highWaterMark: 0 }); // What waits is counted here, and nowhere else.
  }

  /** Sends an event, as {@linkcode frame} makes it. */
  send(text: string): void {
    if (this.#over) return;
    const bytes = this.#encoder.encode(text);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > this.#maxWaitingBytes) {
      this.end();
      this.#cut();
    } else this.#wakeUp();
  }

  /** Sends nothing that the page would notice. */
  beat(): void {
    if (this.#waiting.length === 0) this.send(BEAT);
  }

  /** Ends it; what still waits is forgotten. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting.length = 0;
    this.#wakeUp();
    this.#onEnd();
  }

  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#over) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    const bytes = this.#waiting.shift();
    // The first event was never counted.
    this.#waitingBytes = Math.max(0, this.#waitingBytes - (bytes?.length ?? 0));
    return bytes;
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** An event as it goes over the wire. JSON has no line breaks of its own. */
export function frame(event: PageEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
