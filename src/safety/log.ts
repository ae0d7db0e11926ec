import { RecentProblems } from "./recent_problems.ts";
import { type About, RepeatedTroubles } from "./repeated_troubles.ts";

/** The redaction that every line goes through; see `SecretRedactor`. */
export interface Redactor {
  redact(text: string): string;
}

/**
 * The program's only output apart from MCP: one line per message on stderr, secrets removed
 * (src/README.md, "The process"). Silent while all is well, unless `verbose`.
 */
export class Log {
  readonly #write: (line: string) => void;
  readonly #redactor: Redactor;
  readonly #verbose: boolean;
  readonly #troubles: RepeatedTroubles;
  /** The last problems, whether they were shown or not. */
  readonly recent = new RecentProblems();
  /** Called after each change of `recent`. */
  onProblem?: () => void;

  /**
   * @param options.write prints one line; to stderr in the program. Must return at once
   * @param options.ownIds the workspaces of this process
   */
  constructor(options: {
    write: (line: string) => void;
    redactor: Redactor;
    verbose: boolean;
    ownIds?: readonly string[];
  }) {
    this.#write = (line) => options.write(`[molecule-mcp] ${line}`);
    this.#troubles = new RepeatedTroubles(this.#write, options);
    this.#redactor = options.redactor;
    this.#verbose = options.verbose;
  }

  /**
   * A real problem: shown at once, and while it repeats itself now and then with a count.
   *
   * @param about what makes it the same problem, where the message holds foreign text
   */
  problem(message: string, about?: About): void {
    const line = this.#lineOf(message);
    this.#troubles.tell(line, about);
    this.recent.add(line, about);
    this.onProblem?.();
  }

  /** The problem with this subject is over: should it come again, it is shown at once. */
  over(subject: string): void {
    this.#troubles.over(subject);
    if (this.recent.over(subject)) this.onProblem?.();
  }

  /**
   * What goes well, or is not a problem: shown with MOLECULE_MCP_VERBOSE.
   *
   * @param about given for what repeats itself: then it is shown like a problem
   */
  info(message: string, about?: About): void {
    if (!this.#verbose) return;
    if (about) this.#troubles.tell(this.#lineOf(message), about);
    else this.#write(this.#lineOf(message));
  }

  /** A message may quote what a platform sent: it stays one line. */
  #lineOf(message: string): string {
    return this.#redactor.redact(message).replace(/\s*[\r\n]+\s*/g, " ");
  }
}
