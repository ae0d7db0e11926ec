import type { LineStreams } from "../../../src/mcp/transport/stdio_transport.ts";

/** A JSON-RPC message as it came over the wire. */
export type Message = Record<string, unknown>;

/** Stands in for stdin and stdout of the program: what a test writes is its input. */
export class Wire implements LineStreams {
  readonly input: ReadableStream<Uint8Array>;
  /** Every write of the program, as it was made. */
  readonly writes: Uint8Array[] = [];
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #waiting = new Set<() => void>();
  readonly #maxWrite: number;

  /** @param options.maxWrite how many bytes one write takes at most, as a pipe that is full */
  constructor({ maxWrite = Infinity } = {}) {
    this.#maxWrite = maxWrite;
    this.input = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
    });
  }

  readonly output = {
    write: async (bytes: Uint8Array): Promise<number> => {
      await Promise.resolve(); // A real write is never done at once.
      const taken = bytes.slice(0, this.#maxWrite);
      this.writes.push(taken);
      for (const wake of this.#waiting) wake();
      return taken.byteLength;
    },
  };

  /** Sends raw text or bytes. */
  push(data: string | Uint8Array): void {
    this.#controller.enqueue(typeof data === "string" ? new TextEncoder().encode(data) : data);
  }

  /** Sends one message as a line. */
  send(message: unknown): void {
    this.push(`${JSON.stringify(message)}\n`);
  }

  /** Ends the input. */
  end(): void {
    this.#controller.close();
  }

  /** Breaks the input. */
  fail(error: Error): void {
    this.#controller.error(error);
  }

  /** Everything written so far, line by line; a last line that is not complete is left out. */
  get messages(): Message[] {
    const text = new TextDecoder().decode(concat(this.writes));
    return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Resolves with the messages once there are so many. */
  async until(count: number): Promise<Message[]> {
    while (this.messages.length < count) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
      this.#waiting.clear();
    }
    return this.messages;
  }
}

/** The bytes one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
