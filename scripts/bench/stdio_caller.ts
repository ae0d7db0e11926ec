import { decodeJson, field, type JsonObject } from "../../src/lib/json.ts";
import { asError } from "../../src/lib/error_text.ts";

/** A program that serves MCP on its stdin and stdout. */
export interface StdioServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a round of calls took, in milliseconds. */
export interface Round {
  readonly tookMs: number;
  readonly latenciesMs: readonly number[];
}

/** How the calls of a burst ended. */
export interface Burst {
  readonly tookMs: number;
  readonly results: number;
  /** By their text. */
  readonly errors: ReadonlyMap<string, number>;
}

/**
 * A client that does next to nothing, so that what is measured is the server: lines out, lines in, no
 * schema.
 */
export class StdioCaller {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: Promise<void>;
  #nextId = 1;
  #onAnswer: (id: unknown, message: unknown) => void = () => {};
  #onEnd: (error: Error) => void = () => {};
  #unsent = "";

  private constructor({ command, args, env }: StdioServer) {
    this.#child = new Deno.Command(command, {
      args: [...args],
      clearEnv: true,
      env: { ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#read();
  }

  /** Starts the server and introduces itself. */
  static async start(server: StdioServer): Promise<StdioCaller> {
    const caller = new StdioCaller(server);
    await caller.#each(1, 1, "initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    }, () => {});
    caller.#queue({ method: "notifications/initialized" });
    caller.#flush();
    return caller;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Calls a tool again and again, always with this many calls at the same time.
   *
   * @throws when a call fails, or its text does not hold `expected`
   */
  async round(tool: string, count: number, inFlight: number, expected: string): Promise<Round> {
    const latenciesMs: number[] = [];
    const startedAt = performance.now();
    await this.#each(count, inFlight, "tools/call", { name: tool, arguments: {} }, (
      message,
      tookMs,
    ) => {
      latenciesMs.push(tookMs);
      if (!textOf(message)?.includes(expected)) {
        throw new Error(`${tool} failed: ${JSON.stringify(message)}`);
      }
    });
    return { tookMs: performance.now() - startedAt, latenciesMs };
  }

  /** Sends this many calls at once and waits until each is answered, with a result or an error. */
  async burst(tool: string, count: number): Promise<Burst> {
    const errors = new Map<string, number>();
    let results = 0;
    const startedAt = performance.now();
    await this.#each(count, count, "tools/call", { name: tool, arguments: {} }, (message) => {
      const text = field(field(message, "result"), "isError") === true
        ? textOf(message)
        : field(field(message, "error"), "message");
      if (text === undefined) results += 1;
      else errors.set(String(text), (errors.get(String(text)) ?? 0) + 1);
    });
    return { tookMs: performance.now() - startedAt, results, errors };
  }

  /** Ends the server and waits until it is gone. */
  async end(): Promise<void> {
    this.#onEnd = () => {};
    await this.#input.close();
    await Promise.all([this.#child.status, this.#output]);
  }

  async #each(
    count: number,
    inFlight: number,
    method: string,
    params: JsonObject,
    take: (message: unknown, tookMs: number) => void,
  ): Promise<void> {
    const done = Promise.withResolvers<void>();
    const sentAt = new Map<unknown, number>();
    let left = count;
    const send = () => {
      left -= 1;
      const id = this.#nextId++;
      sentAt.set(id, performance.now());
      this.#queue({ id, method, params });
    };
    this.#onEnd = done.reject;
    this.#onAnswer = (id, message) => {
      const at = sentAt.get(id);
      if (at === undefined) return;
      sentAt.delete(id);
      take(message, performance.now() - at);
      if (left > 0) send();
      else if (sentAt.size === 0) done.resolve();
    };
    while (left > 0 && sentAt.size < inFlight) send();
    this.#flush();
    await done.promise;
  }

  #queue(message: JsonObject): void {
    this.#unsent += `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
  }

  #flush(): void {
    if (this.#unsent === "") return;
    this.#input.write(new TextEncoder().encode(this.#unsent)).catch((error) => this.#onEnd(error));
    this.#unsent = "";
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for await (const chunk of this.#child.stdout) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const message = decodeJson(line);
          this.#onAnswer(field(message, "id"), message);
        }
        this.#flush();
      }
      this.#onEnd(new Error("The server closed its output"));
    } catch (error) {
      this.#onEnd(asError(error));
      this.#child.kill("SIGKILL");
    }
  }
}

function textOf(message: unknown): string | undefined {
  const result = field(message, "result");
  const content = field(result, "content");
  const text = Array.isArray(content) ? field(content[0], "text") : undefined;
  return typeof text === "string" ? text : undefined;
}
