import { closeQuietly, kill, type Program, start } from "./smoke/program.ts";

/** How much of the end of stderr is kept, where a program says why it stopped. */
const STDERR_CHARACTERS = 4_000;
/** An end that takes longer is a hang. */
const END_MS = 10_000;

/** A running program that is sent bytes and read line by line. */
export class LineProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #readingErrors: Promise<void>;
  #errors = "";
  #rest = "";

  /**
   * Starts it.
   *
   * @param options.env all that its environment holds
   * @param options.onLine told each line of its stdout
   */
  constructor(
    program: Program,
    options: { env: Record<string, string>; cwd: string; onLine: (line: string) => void },
  ) {
    this.#child = start(program, [], options);
    this.#input = this.#child.stdin.getWriter();
    this.#reading = this.#read(options.onLine);
    this.#readingErrors = this.#readErrors();
  }

  /** The end of what it wrote to stderr. */
  get stderr(): string {
    return this.#errors;
  }

  /** What stands on stdout after the last newline. */
  get unfinishedLine(): string {
    return this.#rest;
  }

  /** @throws when it no longer takes input */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#input.write(bytes);
  }

  /** Closes its input and waits until it ends; kills it when that takes too long. */
  async end(): Promise<Deno.CommandStatus> {
    await closeQuietly(this.#input);
    const timer = setTimeout(() => kill(this.#child), END_MS);
    try {
      return await this.#ended();
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    kill(this.#child);
    await this.#ended();
    await closeQuietly(this.#input);
  }

  async #ended(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    await Promise.all([this.#reading, this.#readingErrors]);
    return status;
  }

  async #read(onLine: (line: string) => void): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      lines.forEach(onLine);
    }
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#errors = (this.#errors + text).slice(-STDERR_CHARACTERS);
    }
  }
}
