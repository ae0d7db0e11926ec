import type { ByteSink } from "../../lib/write_all.ts";
import { asError } from "../../lib/error_text.ts";
import type { CallLimits } from "./call_queue.ts";
import { Intake, type Outgoing } from "./intake.ts";
import { LineOutput } from "./line_output.ts";
import { readLines } from "./line_reader.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { JSONRPCMessage, Transport } from "../sdk.ts";

/** Far above any sensible tool call; a longer line is answered with an error and skipped. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** How long answers may take after the input has ended; the process must end within a second. */
const DRAIN_MS = 500;

/** Where lines come from and go to; in the program, stdin and stdout. */
export interface LineStreams {
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: ByteSink;
}

/** All but `onAnswer` are for tests. */
export interface StdioTransportOptions {
  readonly maxLineBytes?: number;
  readonly drainMs?: number;
  readonly calls?: Partial<CallLimits>;
  /** Called each time something is written. */
  readonly onAnswer?: () => void;
}

/**
 * MCP over newline-delimited JSON. The SDK's own stdio transport does not notice the end of stdin,
 * silently drops what it cannot parse, and loads Node's layer (25 ms at start). This one closes at
 * the end of input, after a moment for the answers that are still to come (so that a script can
 * pipe its requests in), and answers every bad line with a JSON-RPC error.
 *
 * Everything in it is bounded, whatever the client does: while answers wait for a client that does
 * not read, no more of its lines are read; requests that were read are counted (`Intake`); progress
 * is dropped while answers wait.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  readonly #streams: LineStreams;
  readonly #maxLineBytes: number;
  readonly #drainMs: number;
  readonly #onAnswer: () => void;
  readonly #output: LineOutput;
  readonly #intake: Intake;
  /** Resolves when the input has ended and the outstanding answers have had their time. */
  readonly #tooLate = Promise.withResolvers<void>();
  #isTooLate = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Wakes the reading loop, which waits for room. */
  #readOn = () => {};
  #closed = false;

  constructor(
    streams: LineStreams,
    options: StdioTransportOptions = {},
  ) {
    this.#streams = streams;
    this.#output = new LineOutput(streams.output, () => {
      if (this.#timer !== undefined) this.#giveUpLater(); // The client does read.
      this.#readOn();
      this.#intake.start();
    });
    this.#intake = new Intake({
      hand: (message) => this.#hand(message),
      write: (message) => this.#write(message),
      onerror: (error) => this.onerror?.(asError(error)),
      mayStart: () => !this.#output.full,
      limits: options.calls,
    });
    this.#onAnswer = options.onAnswer ?? (() => {});
    this.#drainMs = options.drainMs ?? DRAIN_MS;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  }

  /** Whether a request has no answer yet. */
  get isAsked(): boolean {
    return this.#intake.isAsked;
  }

  /** Starts reading; does not wait for the end of input. */
  start(): Promise<void> {
    this.#read().catch((error) => this.onerror?.(error)).then(() => this.#drain())
      .finally(() => this.close());
    return Promise.resolve();
  }

  /**
   * Writes one message; resolves when the operating system has taken it. Progress is dropped while
   * more important messages wait for the client.
   */
  async send(message: JSONRPCMessage): Promise<void> {
    if ("method" in message) {
      if (message.method === "notifications/progress" && this.#output.full) return;
      return await this.#write(message);
    }
    await this.#intake.answer(message);
  }

  /** The handshake has settled on a version of the protocol. */
  setProtocolVersion(version: string): void {
    this.#intake.setProtocolVersion(version);
  }

  /** Idempotent. Does not close the streams: the process does that. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#giveUp();
      this.#intake.close();
      this.onclose?.();
    }
    return Promise.resolve();
  }

  async #read(): Promise<void> {
    const ahead = new ReadAhead(this.#streams.input, () => {
      if (!this.#closed) this.#giveUpLater();
    });
    for await (const line of readLines(ahead, this.#maxLineBytes)) {
      while (this.#output.full && !this.#isTooLate) {
        await new Promise<void>((resolve) => this.#readOn = resolve);
      }
      if (this.#closed || this.#output.full) return;
      if ("tooLong" in line) {
        this.#intake.refuse(`it is longer than ${this.#maxLineBytes} bytes`);
      } else if (line.text.trim() !== "") this.#intake.receive(line.text);
    }
  }

  /** A fault in the handling of one message must not stop the reading of the next. */
  #hand(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(asError(error));
    }
  }

  /** Limits how long a client that does not read is waited for after the end of its input. */
  #giveUpLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), this.#drainMs);
  }

  /** From now on nothing is waited for any more. */
  #giveUp(): void {
    this.#isTooLate = true;
    this.#tooLate.resolve();
    this.#readOn();
  }

  /** Waits until every request is answered and the answers are written, but not for long. */
  async #drain(): Promise<void> {
    await Promise.race([
      this.#intake.none().then(() => this.#output.idle()),
      this.#tooLate.promise,
    ]);
  }

  async #write(message: Outgoing): Promise<void> {
    const line = JSON.stringify(message);
    try {
      await this.#output.write(line);
      this.#onAnswer();
    } catch (error) {
      this.close();
      throw error;
    }
  }
}
