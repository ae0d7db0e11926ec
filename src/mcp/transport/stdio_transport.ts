import type { ByteSink } from "../../lib/write_all.ts";
import { asError } from "../../lib/error_text.ts";
import type { CallLimits } from "./call_queue.ts";
import { Intake, type Outgoing } from "./intake.ts";
import { LineOutput } from "./line_output.ts";
import { readLines } from "./line_reader.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { JSONRPCMessage, Transport } from "../sdk.ts";

/** Far above any sensible tool call; a longer line is answered with an error and read past. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** How long answers may still take once the input has ended; the process has a second to end. */
const DRAIN_MS = 500;

/** Where lines come from and go to; Deno's stdin and stdout in the program. */
export interface LineStreams {
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: ByteSink;
}

/** For tests, but for `onAnswer`. */
export interface StdioTransportOptions {
  readonly maxLineBytes?: number;
  readonly drainMs?: number;
  readonly calls?: Partial<CallLimits>;
  /** Called each time that something is written. */
  readonly onAnswer?: () => void;
}

/**
 * MCP over newline-delimited JSON. The SDK's own stdio transport does not notice the end of stdin,
 * drops what it cannot parse without an answer, and loads Node's layer (25 ms at start); this one
 * closes at the end of input, with a moment for the answers that are under way (so that a script
 * can pipe its requests in), and answers every bad line with a JSON-RPC error.
 *
 * Everything in it is bounded, whatever the client does: while answers wait for a client that does
 * not read, its lines are not taken on; what is taken on is counted (`Intake`); progress is left out
 * while answers wait.
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
  /** Resolves when the input has ended and what is still to come had its time. */
  readonly #tooLate = Promise.withResolvers<void>();
  #isTooLate = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Wakes the reading, which waits for room. */
  #readOn = () => {};
  #closed = false;

  constructor(
    streams: LineStreams,
    options: StdioTransportOptions = {},
  ) {
    this.#streams = streams;
    this.#output = new LineOutput(streams.output, () => {
      if (this.#timer !== undefined) this.#giveUpLater(); // It does read.
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
   * Writes one message; resolves when the operating system took it. Progress is left out while more
   * important messages wait for the client.
   */
  async send(message: JSONRPCMessage): Promise<void> {
    if ("method" in message) {
      if (message.method === "notifications/progress" && this.#output.full) return;
      return await this.#write(message);
    }
    await this.#intake.answer(message);
  }

  /** The handshake settled on a version of the protocol. */
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

  /** A fault in whoever handles one message must not end the reading of the next. */
  #hand(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(asError(error));
    }
  }

  /** A client that does not read gets so long after its last word. */
  #giveUpLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), this.#drainMs);
  }

  /** From now on nothing is waited for. */
  #giveUp(): void {
    this.#isTooLate = true;
    this.#tooLate.resolve();
    this.#readOn();
  }

  /** Until every request is answered and the answers are written, but not for long. */
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
