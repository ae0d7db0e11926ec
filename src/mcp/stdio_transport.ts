import { JsonBoundsError, parseBoundedJson } from "../safety/bounded_json.ts";
import type { ByteSink } from "../safety/write_all.ts";
import { Batch, type BatchAnswer } from "./batch.ts";
import { type AnswerToNobody, isRequest, isRequestId, readMessage, RPC_ERROR } from "./json_rpc.ts";
import { type CallLimits, CallQueue } from "./call_queue.ts";
import { LineOutput } from "./line_output.ts";
import { readLines } from "./line_reader.ts";
import { ReadAhead } from "./read_ahead.ts";
import type {
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  RequestId,
  Transport,
} from "./sdk.ts";
import { Unanswered } from "./unanswered.ts";

/** Far above any sensible tool call; a longer line is answered with an error and read past. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** How long answers may still take once the input has ended; the process has a second to end. */
const DRAIN_MS = 500;
/** The one version whose servers must take batches, and each of them may. */
const BATCH_VERSION = "2025-03-26";
/** Each part is answered, so that few bytes in could be many out. */
const MAX_BATCH = 1_000;

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
 * not read, its lines are not taken on; calls at work and calls without an answer are limited
 * (`CallQueue`); progress is left out while answers wait.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  readonly #streams: LineStreams;
  readonly #maxLineBytes: number;
  readonly #drainMs: number;
  readonly #onAnswer: () => void;
  readonly #unanswered = new Unanswered();
  readonly #output: LineOutput;
  readonly #calls: CallQueue;
  /** Those of requests without an answer. */
  readonly #batches = new Map<RequestId, Batch>();
  #takesBatches = false;
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
      this.#calls.start();
    });
    this.#calls = new CallQueue((request) => this.#hand(request), {
      mayStart: () => !this.#output.full,
      ...(options.calls && { limits: options.calls }),
    });
    this.#onAnswer = options.onAnswer ?? (() => {});
    this.#drainMs = options.drainMs ?? DRAIN_MS;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  }

  /** Whether a request has no answer yet. */
  get isAsked(): boolean {
    return !this.#unanswered.isEmpty;
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
    this.#unanswered.sent(message);
    if (message.id === undefined) return await this.#write(message);
    this.#calls.answered(message.id);
    const batch = this.#batches.get(message.id);
    this.#batches.delete(message.id);
    await (batch ? batch.answered(message) : this.#write(message));
  }

  /** The handshake settled on a version of the protocol. */
  setProtocolVersion(version: string): void {
    this.#takesBatches = version === BATCH_VERSION;
  }

  /** Idempotent. Does not close the streams: the process does that. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#giveUp();
      this.#calls.close();
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
        this.#refuse(`it is longer than ${this.#maxLineBytes} bytes`);
      } else if (line.text.trim() !== "") this.#receive(line.text);
    }
  }

  #receive(text: string): void {
    let json: unknown;
    try {
      json = parseBoundedJson(text);
    } catch (error) {
      if (error instanceof JsonBoundsError) return this.#refuse(error.message);
      // The answer names no position: the line may hold what the user would not want repeated.
      this.#answerError(null, RPC_ERROR.parse, "Parse error: the line is not valid JSON");
      return;
    }
    if (Array.isArray(json)) this.#receiveBatch(json, text.length);
    else this.#take(json, text.length);
  }

  #receiveBatch(parts: readonly unknown[], length: number): void {
    if (!this.#takesBatches) return this.#refuse("batches are part of protocol 2025-03-26 alone");
    if (parts.length === 0) return this.#refuse("a batch holds at least one message");
    if (parts.length > MAX_BATCH) {
      return this.#refuse(`a batch holds at most ${MAX_BATCH} messages`);
    }
    const batch = new Batch((answers) => this.#write(answers));
    for (const part of parts) this.#take(part, length / parts.length, batch);
    this.#unasked(batch.end());
  }

  /** Takes one message, or answers what is none. */
  #take(json: unknown, length: number, batch?: Batch): void {
    const received = readMessage(json);
    if ("ignored" in received) return;
    if ("invalid" in received) {
      const { invalid, id } = received;
      return this.#answerError(id, RPC_ERROR.invalidRequest, `Invalid request: ${invalid}`, batch);
    }
    const { message } = received;
    if (isRequest(message)) this.#takeRequest(message, length, batch);
    else if ("method" in message) this.#takeNotification(message);
    else this.#hand(message);
  }

  #takeRequest(request: JSONRPCRequest, length: number, batch: Batch | undefined): void {
    const { id } = request;
    if (this.#unanswered.has(id)) {
      const reason = "Invalid request: another one with this id has no answer yet";
      return this.#answerError(id, RPC_ERROR.invalidRequest, reason, batch);
    }
    const refusal = request.method === "tools/call" ? this.#calls.refusal(length) : undefined;
    if (refusal !== undefined) return this.#answerError(id, RPC_ERROR.tooManyCalls, refusal, batch);
    this.#unanswered.received(request);
    if (batch) {
      batch.expect(id);
      this.#batches.set(id, batch);
    }
    if (request.method === "tools/call") this.#calls.take(request, length);
    else this.#hand(request);
  }

  #takeNotification(notification: JSONRPCNotification): void {
    if (notification.method === "notifications/cancelled") {
      const id = notification.params?.requestId;
      // MCP, Cancellation: a client must not cancel it, and what would be the state then?
      if (!isRequestId(id) || this.#unanswered.methodOf(id) === "initialize") return;
      this.#unanswered.received(notification);
      const batch = this.#batches.get(id);
      this.#batches.delete(id);
      if (batch) this.#unasked(batch.cancelled(id));
      // The server was never told of a call that only waited.
      if (this.#calls.cancelled(id)) return;
    }
    this.#hand(notification);
  }

  /** A fault in whoever handles one message must not end the reading of the next. */
  #hand(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
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
      this.#unanswered.none().then(() => this.#output.idle()),
      this.#tooLate.promise,
    ]);
  }

  #refuse(reason: string): void {
    this.#answerError(null, RPC_ERROR.invalidRequest, `Message refused: ${reason}`);
  }

  #answerError(id: RequestId | null, code: number, message: string, batch?: Batch): void {
    const error = { code, message };
    const answer: BatchAnswer = id === null
      ? { jsonrpc: "2.0", id, error }
      : { jsonrpc: "2.0", id, error };
    this.#unasked(batch ? batch.refused(answer) : this.#write(answer));
  }

  /** For what nobody waits to see written: that it cannot be closes the transport all the same. */
  #unasked(written: Promise<void>): void {
    written.catch((error) => this.onerror?.(error));
  }

  async #write(message: JSONRPCMessage | AnswerToNobody | readonly BatchAnswer[]): Promise<void> {
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
