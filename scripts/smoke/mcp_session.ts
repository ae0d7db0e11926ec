import { readLines } from "../../src/mcp/transport/line_reader.ts";
import { decodeJson, field, isObject, type JsonObject } from "../../src/lib/json.ts";
import { closeQuietly, kill, type Program, SmokeFailure, start, withKill } from "./program.ts";

const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** How long the steps of a session may take. */
export interface SessionLimits {
  /** For one answer. */
  readonly answerTimeoutMs: number;
  /** From the end of input to the end of the process. */
  readonly endTimeoutMs: number;
}

/** What a tool answered. */
export interface ToolAnswer {
  readonly text: string;
  readonly structured: unknown;
}

/**
 * An MCP session over stdio by hand. The SDK's client ignores what is not protocol; here every line
 * of stdout has to be a JSON-RPC message, and every step has a time limit.
 */
export class McpSession {
  readonly #child: Deno.ChildProcess;
  readonly #limits: SessionLimits;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: Promise<void>;
  readonly #stderr: Promise<string> | undefined;
  readonly #pending = new Map<number, PromiseWithResolvers<JsonObject>>();
  #nextId = 1;
  #pollution: SmokeFailure | undefined;

  private constructor(child: Deno.ChildProcess, limits: SessionLimits, readsStderr: boolean) {
    this.#child = child;
    this.#limits = limits;
    this.#input = child.stdin.getWriter();
    this.#stderr = readsStderr ? new Response(child.stderr).text() : undefined;
    this.#output = this.#read();
  }

  /**
   * Starts the program and introduces a client to it.
   *
   * @throws {SmokeFailure} when that does not succeed; the program has ended then
   */
  static async open(
    program: Program,
    options: {
      env: Readonly<Record<string, string>>;
      cwd: string;
      /** Whether anybody reads what it writes to stderr; default: yes. */
      readsStderr?: boolean;
    } & SessionLimits,
  ): Promise<McpSession> {
    const { readsStderr = true } = options;
    const session = new McpSession(start(program, [], options), options, readsStderr);
    try {
      await session.#introduce();
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** @returns the result; a JSON-RPC error is a failure */
  async request(method: string, params: JsonObject = {}): Promise<JsonObject> {
    if (this.#pollution) throw this.#pollution;
    const id = this.#nextId++;
    const answer = Promise.withResolvers<JsonObject>();
    this.#pending.set(id, answer);
    await this.#send({ id, method, params });
    const message = await withKill(
      this.#child,
      this.#limits.answerTimeoutMs,
      `the answer to ${method}`,
      answer.promise,
    );
    const result = field(message, "result");
    if (!isObject(result)) {
      throw new SmokeFailure(`${method}: expected a result, got ${JSON.stringify(message)}`);
    }
    return result;
  }

  /** Calls a tool; a result with `isError` is a failure. */
  async callTool(name: string, args: JsonObject = {}): Promise<ToolAnswer> {
    const answer = await this.tryTool(name, args);
    if (answer.isError) throw new SmokeFailure(`${name} failed: ${answer.text}`);
    return answer;
  }

  /** Calls a tool that may fail. */
  async tryTool(name: string, args: JsonObject = {}): Promise<ToolAnswer & { isError: boolean }> {
    const result = await this.request("tools/call", { name, arguments: args });
    const content = field(result, "content");
    return {
      text: Array.isArray(content) ? String(field(content[0], "text")) : "",
      structured: field(result, "structuredContent"),
      isError: field(result, "isError") === true,
    };
  }

  /**
   * Ends the input and waits until the process has ended and its output is closed, which a process
   * left behind would hold open.
   *
   * @returns what it wrote to stderr; nothing when that is not read
   */
  async end(): Promise<{ code: number; stderr: string }> {
    await closeQuietly(this.#input);
    const [status, stderr] = await withKill(
      this.#child,
      this.#limits.endTimeoutMs,
      "the process to end after the end of its input",
      Promise.all([this.#child.status, this.#stderr, this.#output]),
    );
    if (this.#pollution) throw this.#pollution;
    if (stderr === undefined) await this.#child.stderr.cancel();
    return { code: status.code, stderr: stderr ?? "" };
  }

  /** Ends the process without a chance to tidy up. */
  kill(): void {
    kill(this.#child);
  }

  /** Ends the process if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    kill(this.#child);
    await this.#child.status;
    if (!this.#stderr && !this.#child.stderr.locked) await this.#child.stderr.cancel();
    await Promise.allSettled([this.#output, this.#stderr, this.#input.abort()]);
  }

  async #introduce(): Promise<void> {
    const answer = await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "smoke", version: "1" },
    });
    if (field(field(answer, "serverInfo"), "name") !== "molecule") {
      throw new SmokeFailure(`expected the server "molecule", got ${JSON.stringify(answer)}`);
    }
    await this.#send({ method: "notifications/initialized" });
  }

  async #send(message: JsonObject): Promise<void> {
    const line = `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
    try {
      await this.#input.write(new TextEncoder().encode(line));
    } catch {
      // The process is gone. What waits for the answer hears it from the end of the output.
    }
  }

  /**
   * Reads to the end of stdout, also past what is not MCP: that end shows that nothing of the program
   * is left, not even a process that it has started.
   */
  async #read(): Promise<void> {
    for await (const line of readLines(this.#child.stdout, MAX_LINE_BYTES)) {
      const message = "text" in line ? decodeJson(line.text) : undefined;
      if (!isObject(message) || message.jsonrpc !== "2.0") {
        const shown = "text" in line ? JSON.stringify(line.text.slice(0, 200)) : "an endless line";
        this.#pollution ??= new SmokeFailure(`stdout carries what is not MCP: ${shown}`);
        this.#failPending(this.#pollution);
      } else if (typeof message.id === "number") this.#pending.get(message.id)?.resolve(message);
    }
    this.#failPending(this.#pollution ?? new SmokeFailure("the process closed stdout"));
  }

  #failPending(failure: SmokeFailure): void {
    for (const { promise, reject } of this.#pending.values()) {
      promise.catch(() => {}); // Most are already answered, or nobody waits for them any longer.
      reject(failure);
    }
  }
}
