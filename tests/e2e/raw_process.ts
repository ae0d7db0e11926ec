import { field, isObject, type JsonObject } from "../../src/lib/json.ts";
import { spawnProgram } from "./program.ts";

/**
 * Far beyond anything a working program needs: it only turns a hanging test into a failing one. An
 * emulated processor takes ten times as long for everything.
 */
const HANG_MS = Deno.env.get("MOLECULE_TEST_DENO") === undefined ? 30_000 : 300_000;
const NEWLINE = 0x0a;

/** A real molecule-mcp process, spoken to line by line: for what no well-behaved client would do. */
export class RawProcess implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stderr: Promise<string>;
  readonly #reading: Promise<void>;
  readonly #received: JsonObject[] = [];
  readonly #waiting = new Set<() => void>();
  #stdout = "";
  #lastId = 0;
  #inputClosed = false;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.pid = child.pid;
    this.#input = child.stdin.getWriter();
    this.#stderr = new Response(child.stderr).text();
    this.#reading = this.#read();
  }

  /**
   * Starts it with nothing in its environment but the given variables.
   *
   * @param command what to run instead of the program
   */
  static start(env: Record<string, string>, command?: readonly string[]): RawProcess {
    return new RawProcess(spawnProgram(env, command));
  }

  /** Everything on stdout so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** Writes a line, without minding whether it is a message. */
  async sendLine(line: string | Uint8Array): Promise<void> {
    const text = typeof line === "string" ? new TextEncoder().encode(line) : line;
    // In one piece: lines that are sent at the same time must not mix.
    const bytes = new Uint8Array(text.byteLength + 1);
    bytes.set(text);
    bytes[text.byteLength] = NEWLINE;
    await this.#input.write(bytes);
  }

  /** Writes a message; `jsonrpc` is added. */
  async send(message: JsonObject): Promise<void> {
    await this.sendLine(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }

  /** Writes a request and returns its id. */
  async ask(method: string, params: JsonObject = {}): Promise<number> {
    const id = ++this.#lastId;
    await this.send({ id, method, params });
    return id;
  }

  /** A request and its answer. */
  async request(method: string, params: JsonObject = {}): Promise<JsonObject> {
    const id = await this.ask(method, params);
    return await this.received((message) => message.id === id);
  }

  /** Introduces itself as a client does. */
  async initialize(): Promise<JsonObject> {
    const answer = await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "raw", version: "1.0.0" },
    });
    await this.send({ method: "notifications/initialized" });
    return answer;
  }

  /** The first message that matches; it is not found again. */
  async received(match: (message: JsonObject) => boolean): Promise<JsonObject> {
    return await unlessHanging(this.#next(match), "A message from the server");
  }

  /** Ends its stdin. */
  async closeInput(): Promise<void> {
    if (this.#inputClosed) return;
    this.#inputClosed = true;
    await this.#input.close().catch(() => {}); // It may have ended before.
  }

  /** Its end by itself; everything it wrote is read then. */
  async ended(): Promise<{ code: number; stderr: string }> {
    return await unlessHanging(this.#ended(), "The end of the process");
  }

  /** The end of everything that holds its stdout. */
  async silent(): Promise<void> {
    await unlessHanging(this.#reading, "The end of stdout");
  }

  /** Nothing happens when it has ended. */
  kill(signal: Deno.Signal = "SIGKILL"): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // That it has ended is told so.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#child.status;
    await this.closeInput();
    await this.#reading;
    await this.#stderr;
  }

  async #ended(): Promise<{ code: number; stderr: string }> {
    const { code } = await this.#child.status;
    await this.#reading;
    return { code, stderr: await this.#stderr };
  }

  async #next(match: (message: JsonObject) => boolean): Promise<JsonObject> {
    while (true) {
      const at = this.#received.findIndex(match);
      if (at !== -1) return this.#received.splice(at, 1)[0] ?? {};
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#stdout += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const message: unknown = JSON.parse(line);
        if (isObject(message)) this.#received.push(message);
      }
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    }
  }
}

/** The text of a tool's result, or of a JSON-RPC error. */
export function textOf(answer: JsonObject): string {
  const content = field(answer.result, "content");
  const text = Array.isArray(content) ? field(content[0], "text") : field(answer.error, "message");
  return String(text ?? "");
}

/** The value, or an error that says what did not come. */
export async function unlessHanging<T>(value: Promise<T>, what: string): Promise<T> {
  const { promise: hanging, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} did not come`)), HANG_MS);
  try {
    return await Promise.race([value, hanging]);
  } finally {
    clearTimeout(timer);
  }
}
