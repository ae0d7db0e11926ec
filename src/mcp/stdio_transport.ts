import { field } from "../platform/json.ts";
import { JsonBoundsError, parseBoundedJson } from "../safety/bounded_json.ts";
import {
  isRequestId,
  isRpcMessage,
  type RequestId,
  RPC_ERROR,
  type RpcMessage,
} from "./json_rpc.ts";
import type { ByteSink } from "../safety/write_all.ts";
import { type CallLimits, CallQueue } from "./call_queue.ts";
import { LineOutput } from "./line_output.ts";
import { readLines } from "./line_reader.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { Transport } from "./server.ts";
import { Unanswered } from "./unanswered.ts";

/** Far above any sensible tool call; a longer line is answered with an error and read past. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** How long answers may still take once the input has ended; the process has a second to end. */
const DRAIN_MS = 500;

/** Where lines come from and go to; Deno's stdin and stdout in the program. */
export interface LineStreams {
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: ByteSink;
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
  onmessage?: (message: RpcMessage) => void;

  readonly #streams: LineStreams;
  readonly #maxLineBytes: number;
  readonly #drainMs: number;
  readonly #unanswered = new Unanswered();
  readonly #output: LineOutput;
  readonly #calls: CallQueue;
  /** Resolves when the input has ended and what is still to come had its time. */
  readonly #tooLate = Promise.withResolvers<void>();
  #isTooLate = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Wakes the reading, which waits for room. */
  #readOn = () => {};
  #closed = false;

  constructor(
    streams: LineStreams,
    options: { maxLineBytes?: number; drainMs?: number; calls?: Partial<CallLimits> } = {},
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
    this.#drainMs = options.drainMs ?? DRAIN_MS;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
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
  async send(message: RpcMessage): Promise<void> {
    if ("method" in message) {
      if (message.method === "notifications/progress" && this.#output.full) return;
    } else {
      this.#unanswered.sent(message);
      this.#calls.answered(message.id);
    }
    await this.#write(message);
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
    if (isRpcMessage(json)) this.#take(json, text.length);
    else {
      this.#answerError(
        idOf(json),
        RPC_ERROR.invalidRequest,
        'Invalid request: expected a JSON-RPC 2.0 object with "jsonrpc", "method" and, for a ' +
          'request, a string or number "id"',
      );
    }
  }

  #take(message: RpcMessage, length: number): void {
    this.#unanswered.received(message);
    if ("method" in message && "id" in message && message.method === "tools/call") {
      const refusal = this.#calls.take(message, length);
      if (refusal === undefined) return;
      const error = { code: RPC_ERROR.tooManyCalls, message: refusal };
      const answer = { jsonrpc: "2.0", id: message.id, error } as const;
      this.#unanswered.sent(answer);
      this.#writeUnasked(answer);
      return;
    }
    if ("method" in message && message.method === "notifications/cancelled") {
      const id = message.params?.requestId;
      // The server was never told of a call that only waited.
      if (isRequestId(id) && this.#calls.cancelled(id)) return;
    }
    this.#hand(message);
  }

  /** A fault in whoever handles one message must not end the reading of the next. */
  #hand(message: RpcMessage): void {
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

  #answerError(id: RequestId | null, code: number, message: string): void {
    this.#writeUnasked({ jsonrpc: "2.0", id, error: { code, message } });
  }

  /** For what nobody waits to see written: that it cannot be closes the transport all the same. */
  #writeUnasked(message: RpcMessage): void {
    this.#write(message).catch((error) => this.onerror?.(error));
  }

  async #write(message: RpcMessage): Promise<void> {
    const line = JSON.stringify(message);
    try {
      await this.#output.write(line);
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

function idOf(json: unknown): RequestId | null {
  const id = field(json, "id");
  return isRequestId(id) ? id : null;
}
