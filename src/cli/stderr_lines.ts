import { type ByteSink, writeAll } from "../lib/write_all.ts";
import { cutText } from "../lib/cut_text.ts";
import { withTimeout } from "../lib/timeout.ts";

/** Limit for the lines waiting to be written; lines beyond it are dropped and counted. */
const MAX_WAITING_BYTES = 64 * 1024;
/** Longer lines are cut: a single line must not take up the room of all others. */
const MAX_LINE_LENGTH = 16 * 1024;

/** A line waiting to be written; a notice about dropped lines stands for all that it counts. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly lines: number;
}

/**
 * Writes lines to stderr without ever waiting for its reader: `console.error` blocks the whole
 * program once nobody empties the pipe. Lines wait in a bounded queue; those that do not fit are
 * dropped, and their number is reported once there is room. A full, closed or missing stderr is no
 * error: a line that cannot be written just counts as dropped.
 */
export class StderrLines {
  readonly #sink: ByteSink;
  readonly #maxWaitingBytes: number;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #writing: Promise<void> | undefined;

  /** @param sink where the lines go; something other than stderr only in tests */
  constructor(sink: ByteSink = Deno.stderr, { maxWaitingBytes = MAX_WAITING_BYTES } = {}) {
    this.#sink = sink;
    this.#maxWaitingBytes = maxWaitingBytes;
  }

  /** Writes the line as soon as it can be, or drops it. Returns at once and never throws. */
  write(line: string): void {
    if (this.#dropped > 0) this.#tellDropped();
    if (this.#dropped > 0 || !this.#enqueue(line)) this.#dropped += 1;
  }

  /** Resolves when every line is written, or after `patienceMs`. */
  async flush(patienceMs: number): Promise<void> {
    if (this.#writing) await withTimeout(this.#writing, patienceMs);
  }

  #enqueue(line: string, lines = 1): boolean {
    const text = line.length > MAX_LINE_LENGTH ? `${cutText(line, MAX_LINE_LENGTH - 1)}…` : line;
    const bytes = new TextEncoder().encode(`${text}\n`);
    if (this.#waitingBytes + bytes.byteLength > this.#maxWaitingBytes) return false;
    this.#waiting.push({ bytes, lines });
    this.#waitingBytes += bytes.byteLength;
    this.#writing ??= this.#writeAll();
    return true;
  }

  /** The notice keeps its place: after the lines before the gap, ahead of those after it. */
  #tellDropped(): void {
    const what = this.#dropped === 1 ? "1 line was" : `${this.#dropped} lines were`;
    const notice = `[molecule-mcp] ${what} dropped here: stderr was not read, or failed`;
    if (this.#enqueue(notice, this.#dropped)) this.#dropped = 0;
  }

  async #writeAll(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const written = await this.#write(next.bytes);
      this.#waiting.shift();
      this.#waitingBytes -= next.bytes.byteLength;
      if (!written) this.#dropped += next.lines;
      // Only after a line that was written: on a broken stderr this loop would never end.
      else if (this.#dropped > 0) this.#tellDropped();
    }
    this.#writing = undefined;
  }

  async #write(bytes: Uint8Array): Promise<boolean> {
    try {
      await writeAll(this.#sink, bytes);
      return true;
    } catch {
      return false; // There is nowhere else to report that stderr is full, closed or gone.
    }
  }
}
