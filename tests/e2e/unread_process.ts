import { programCommand, spawnProgram } from "./program.ts";
import { unlessHanging } from "./raw_process.ts";

/** What becomes of the program's stderr, as a line of the shell; `"$@"` is the program. */
export const STDERR = {
  /** The pipe is full from the start, so that the first line finds no room (Linux: 64 KiB). */
  full: 'head -c 65536 /dev/zero >&2; exec "$@"',
  failing: 'exec "$@" 2>/dev/full',
  closed: 'exec "$@" 2>&-',
} as const;

/**
 * A real molecule-mcp process of which only what a test asks for is read: stdout when it says so,
 * stderr never.
 */
export class UnreadProcess implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamBYOBReader;
  #text = "";
  #inputClosed = false;
  /** Whether it has ended. */
  isOver = false;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.pid = child.pid;
    this.#input = child.stdin.getWriter();
    this.#output = child.stdout.getReader({ mode: "byob" });
    child.status.then(() => this.isOver = true);
  }

  static start(env: Record<string, string>, shell?: string): UnreadProcess {
    const command = programCommand();
    return new UnreadProcess(
      spawnProgram(env, shell === undefined ? command : ["sh", "-c", shell, "sh", ...command]),
    );
  }

  /** Resolves when the program has taken it all, which may be never. */
  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  async send(message: Record<string, unknown>): Promise<void> {
    await this.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  async initialize(name = "unread"): Promise<void> {
    await this.send({
      id: "init",
      method: "initialize",
      params: {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name, version: "1.0.0" },
      },
    });
    await this.answer("init");
    await this.send({ method: "notifications/initialized" });
  }

  /** Reads, this many bytes at a time, until the answer is there; what comes before it is dropped. */
  async answer(id: string | number, chunkBytes = 64 * 1024): Promise<string> {
    return await unlessHanging(
      this.line((line) => JSON.parse(line).id === id, chunkBytes),
      `The answer to ${id}`,
    );
  }

  /** Reads until this line is there. */
  async line(match: (line: string) => boolean, chunkBytes = 64 * 1024): Promise<string> {
    while (true) {
      for (let end = this.#text.indexOf("\n"); end !== -1; end = this.#text.indexOf("\n")) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        if (match(line)) return line;
      }
      const { value, done } = await this.#output.read(new Uint8Array(chunkBytes));
      if (done) throw new Error("The end of stdout came first");
      this.#text += new TextDecoder().decode(value);
    }
  }

  async closeInput(): Promise<void> {
    if (this.#inputClosed) return;
    this.#inputClosed = true;
    await this.#input.close().catch(() => {}); // It may have ended before, or not read all.
  }

  /** From now on a write of the program fails (EPIPE). */
  async closeOutput(): Promise<void> {
    await this.#output.cancel();
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** @returns the exit code */
  async ended(): Promise<number> {
    return (await unlessHanging(this.#child.status, "The end of the process")).code;
  }

  /** Begins to read stderr, and resolves at its end. */
  allStderr(): Promise<string> {
    return new Response(this.#child.stderr).text();
  }

  /** Begins to read stderr, and resolves when this text is there. */
  async stderrWith(text: string): Promise<void> {
    await unlessHanging(
      (async () => {
        let read = "";
        for await (const chunk of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
          read = (read + chunk).replaceAll("\0", "");
          if (read.includes(text)) return;
        }
        throw new Error(`The end of stderr came first, after ${JSON.stringify(read)}`);
      })(),
      `${text} on stderr`,
    );
  }

  /** Resident memory in bytes (Linux). */
  async memoryBytes(): Promise<number> {
    const text = await Deno.readTextFile(`/proc/${this.pid}/status`);
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // That it has ended is told so.
    }
    await this.#child.status;
    this.#input.abort().catch(() => {}); // What nobody reads any more.
    await this.#output.cancel();
    if (!this.#child.stderr.locked) await this.#child.stderr.cancel();
  }
}
