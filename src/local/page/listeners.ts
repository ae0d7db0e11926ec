/**
 * All pages that listen.
 *
 * @module
 */
import { EventStream, frame } from "./event_stream.ts";
import type { PageLimits } from "./page_options.ts";
import type { PageEvent } from "./protocol.ts";
import { Refused } from "./refused.ts";

const BEAT_MS = 15_000;

/** Tells every page what happens. */
export class Listeners {
  readonly #streams = new Set<EventStream>();
  readonly #limits: Pick<PageLimits, "streams" | "waitingBytes">;
  readonly #onBeat: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  /** @param onBeat Called every 15 seconds while a page listens */
  constructor(limits: Pick<PageLimits, "streams" | "waitingBytes">, onBeat: () => void) {
    this.#limits = limits;
    this.#onBeat = onBeat;
  }

  /** How many listen. */
  get size(): number {
    return this.#streams.size;
  }

  /**
   * Opens a stream.
   *
   * @param cut Cuts its connection
   * @param signal Ends it
   * @throws {Refused} when too many are open
   */
  open(first: PageEvent, cut: () => void, signal: AbortSignal): ReadableStream<Uint8Array> {
    if (this.#closed) throw new Refused(503, "The platform is being closed.");
    if (this.#streams.size >= this.#limits.streams) {
      throw new Refused(
        503,
        `Too many pages are open: at most ${this.#limits.streams}. Close one.`,
      );
    }
    const onAbort = () => stream.end();
    const stream: EventStream = new EventStream(first, this.#limits.waitingBytes, cut, () => {
      signal.removeEventListener("abort", onAbort);
      this.#streams.delete(stream);
      if (this.#streams.size === 0) clearInterval(this.#timer);
    });
    signal.addEventListener("abort", onAbort);
    this.#streams.add(stream);
    if (this.#streams.size === 1) this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    return stream.body;
  }

  /** Tells all of them. */
  tell(event: PageEvent): void {
    if (this.#streams.size === 0) return;
    const text = frame(event);
    for (const stream of [...this.#streams]) stream.send(text);
  }

  /** Ends every stream, and lets no other begin. */
  close(): void {
    this.#closed = true;
    for (const stream of [...this.#streams]) stream.end();
  }

  #beat(): void {
    this.#onBeat();
    for (const stream of [...this.#streams]) stream.beat();
  }
}
