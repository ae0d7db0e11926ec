/**
 * The event stream of one page (`GET events`): text/event-stream, with a bound on what waits for a
 * page that does not read.
 *
 * @module
 */
import { StreamQueue } from "../server/stream_queue.ts";
import type { PageEvent } from "./protocol.ts";

/** What keeps a connection open that carries nothing, and shows that its other end is still there. */
const BEAT = ": beat\n\n";

/** One page that listens. */
export class EventStream {
  readonly #queue: StreamQueue<Uint8Array<ArrayBuffer>>;
  readonly #maxWaitingBytes: number;
  readonly #cut: () => void;
  readonly #onEnd: () => void;
  readonly #encoder = new TextEncoder();
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
    this.#queue = new StreamQueue(() => this.end(), this.#encoder.encode(frame(first)));
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#queue.body;
  }

  /** Sends an event, as {@linkcode frame} makes it. */
  send(text: string): void {
    if (this.#over) return;
    this.#queue.push(this.#encoder.encode(text));
    if (this.#queue.length <= this.#maxWaitingBytes) return;
    this.end();
    this.#cut();
  }

  /** Sends nothing that the page would notice. */
  beat(): void {
    if (this.#queue.isEmpty) this.send(BEAT);
  }

  /** Ends it; what still waits is forgotten. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#queue.clear();
    this.#queue.end();
    this.#onEnd();
  }
}

/** An event as it goes over the wire. JSON has no line breaks of its own. */
export function frame(event: PageEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
