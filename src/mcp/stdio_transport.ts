import { field } from "../platform/json.ts";
import {
  isRequestId,
  isRpcMessage,
  type RequestId,
  RPC_ERROR,
  type RpcMessage,
} from "./json_rpc.ts";
import { readLines } from "./line_reader.ts";
import type { Transport } from "./server.ts";
import { Unanswered } from "./unanswered.ts";

/** Far above any sensible tool call; a longer line is answered with an error and read past. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** How long answers may still take when the input has ended; the process has a second to end. */
const DRAIN_MS = 500;

/** Where lines come from and go to; Deno's stdin and stdout in the program. */
export interface LineStreams {
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: { write(bytes: Uint8Array): Promise<number> };
}

/**
 * MCP over newline-delimited JSON. The SDK's own stdio transport does not notice the end of stdin,
 * drops what it cannot parse without an answer, and loads Node's layer (25 ms at start); this one
 * closes at the end of input, with a moment for the answers that are under way (so that a script
 * can pipe its requests in), and answers every bad line with a JSON-RPC error.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: RpcMessage) => void;

  readonly #streams: LineStreams;
  readonly #maxLineBytes: number;
  readonly #drainMs: number;
  readonly #unanswered = new Unanswered();
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    streams: LineStreams,
    options: { maxLineBytes?: number; drainMs?: number } = {},
  ) {
    this.#streams = streams;
    this.#drainMs = options.drainMs ?? DRAIN_MS;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  }

  /** Starts reading; does not wait for the end of input. */
  start(): Promise<void> {
    this.#read().catch((error) => this.onerror?.(error)).then(() => this.#drain())
      .finally(() => this.close());
    return Promise.resolve();
  }

  /** Writes one message; resolves when the operating system took it. */
  async send(message: RpcMessage): Promise<void> {
    this.#unanswered.sent(message);
    await this.#write(message);
  }

  /** Idempotent. Does not close the streams: the process does that. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.onclose?.();
    }
    return Promise.resolve();
  }

  async #read(): Promise<void> {
    for await (const line of readLines(this.#streams.input, this.#maxLineBytes)) {
      if (this.#closed) return;
      if ("tooLong" in line) {
        await this.#answerError(
          null,
          RPC_ERROR.invalidRequest,
          `Message refused: it is longer than ${this.#maxLineBytes} bytes`,
        );
      } else if (line.text.trim() !== "") await this.#receive(line.text);
    }
  }

  async #receive(text: string): Promise<void> {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      // The answer names no position: the line may hold what the user would not want repeated.
      await this.#answerError(null, RPC_ERROR.parse, "Parse error: the line is not valid JSON");
      return;
    }
    if (isRpcMessage(json)) {
      this.#unanswered.received(json);
      this.#hand(json);
      return;
    }
    await this.#answerError(
      idOf(json),
      RPC_ERROR.invalidRequest,
      'Invalid request: expected a JSON-RPC 2.0 object with "jsonrpc", "method" and, for a ' +
        'request, a string or number "id"',
    );
  }

  /** A fault in whoever handles one message must not end the reading of the next. */
  #hand(message: RpcMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Until every request is answered and the answers are written, but not for long. */
  async #drain(): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#drainMs);
    await Promise.race([this.#unanswered.none().then(() => this.#writing), tooLate]);
    clearTimeout(timer);
  }

  async #answerError(id: RequestId | null, code: number, message: string): Promise<void> {
    await this.#write({ jsonrpc: "2.0", id, error: { code, message } });
  }

  /** One after the other, so that two messages never mix. */
  async #write(message: unknown): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    const previous = this.#writing;
    const current = (async () => {
      await previous;
      for (let offset = 0; offset < bytes.byteLength;) {
        offset += await this.#streams.output.write(bytes.subarray(offset));
      }
    })();
    this.#writing = current.catch(() => this.close());
    await current;
  }
}

function idOf(json: unknown): RequestId | null {
  const id = field(json, "id");
  return isRequestId(id) ? id : null;
}
