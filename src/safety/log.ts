/** The scrubbing that every line goes through; see `SecretScrubber`. */
export interface Scrub {
  scrub(text: string): string;
}

/**
 * The program's only voice besides MCP: one line a message on stderr, secrets removed
 * (design.md, Process). Silent while all is well, unless `verbose`.
 */
export class Log {
  readonly #write: (line: string) => void;
  readonly #scrubber: Scrub;
  readonly #verbose: boolean;

  /** @param write prints one line; to stderr in the program */
  constructor(options: { write: (line: string) => void; scrubber: Scrub; verbose: boolean }) {
    this.#write = options.write;
    this.#scrubber = options.scrubber;
    this.#verbose = options.verbose;
  }

  /** A real problem: always shown. */
  problem(message: string): void {
    // A message may quote what a platform sent: it stays one line.
    const line = this.#scrubber.scrub(message).replace(/\s*[\r\n]+\s*/g, " ");
    this.#write(`[molecule-mcp] ${line}`);
  }

  /** What goes well: shown with MOLECULE_MCP_VERBOSE. */
  info(message: string): void {
    if (this.#verbose) this.problem(message);
  }
}
