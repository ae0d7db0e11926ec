/**
 * What a command writes, and where.
 *
 * The rules of the interface:
 * - One line, one fact. The next step comes last, as a command that can be pasted.
 * - Results go to stdout; everything else (progress, hints, questions, errors) goes to stderr.
 * - Colour and marks are for eyes: no colour unless the stream is a terminal, none with NO_COLOR; plain
 *   ASCII where UTF-8 is not sure. Nothing is said by colour alone.
 * - Lines fit the terminal's width; without a terminal, nothing is wrapped.
 * - With `--json` stdout holds one JSON value and nothing else (src/commands/README.md, "JSON").
 * - Nothing is asked unless stdin and stderr are terminals: flags and stdin instead.
 * - Exit codes: 0 done, 1 failed, 2 the command line or the settings are wrong, 3 the platform refused
 *   the token or has no such workspace, 130 interrupted by Ctrl-C (not where that is its usual end). The same cause has the same code in every command that came
 *   for the platform's answer (src/commands/probe/outcomes.ts).
 * - A time is its age and the local time; `--json` has RFC 3339.
 * - A secret is never shown, neither whole nor in part, and never taken from the command line.
 *
 * @module
 */
import type { ReadVariable } from "../../config/environment.ts";
import { readTrimmed } from "../../config/environment.ts";
import { cleanOutput, escapeControls } from "./clean_output.ts";
import { type Colors, colorsFor } from "./colors.ts";
import { columnsOf, wrap } from "./wrap.ts";
import { writeAllSync } from "./write_all_sync.ts";

/** How something turned out. */
export type Mark = "ok" | "warn" | "fail" | "skip";

const ASCII: Readonly<Record<Mark, string>> = { ok: "ok", warn: "WARN", fail: "FAIL", skip: "-" };
const SIGNS: Readonly<Record<Mark, string>> = { ok: "✓", warn: "!", fail: "✗", skip: "-" };
/** Where the width of a terminal cannot be told, or is said to be 0. */
const USUAL_WIDTH = 80;

/** The part of a stream that this writes to. */
export interface Output {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** Both streams of a command. */
export class Terminal {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #isInputTerminal: boolean;
  readonly #signs: Readonly<Record<Mark, string>>;
  readonly #width: () => number | undefined;
  readonly #isColoured: boolean;
  readonly #isErrorColoured: boolean;
  /** Colours for what goes to stdout. */
  readonly colors: Colors;
  /** Colours for what goes to stderr. */
  readonly errorColors: Colors;

  constructor(options: {
    readonly read: ReadVariable;
    readonly stdout?: Output;
    readonly stderr?: Output;
    readonly isInputTerminal?: boolean;
    readonly width?: () => number | undefined;
  }) {
    const { read, stdout = Deno.stdout, stderr = Deno.stderr } = options;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#isInputTerminal = options.isInputTerminal ?? Deno.stdin.isTerminal();
    this.#signs = isUtf8(read) && stdout.isTerminal() ? SIGNS : ASCII;
    this.#width = options.width ?? terminalWidth;
    this.#isColoured = isColoured(read, stdout);
    this.#isErrorColoured = isColoured(read, stderr);
    this.colors = colorsFor(this.#isColoured);
    this.errorColors = colorsFor(this.#isErrorColoured);
  }

  /**
   * A result: one line, or several, broken to fit the terminal (wrap.ts). Controls that are not its own
   * colours do not get through.
   *
   * @param indent before what continues a line
   */
  print(text: string, indent = ""): void {
    write(this.#stdout, `${wrap(cleanOutput(text, this.#isColoured), this.width, indent)}\n`);
  }

  /** A result that is to be copied, compared or read by a program: cleaned, and never broken. */
  printAsIs(text: string): void {
    write(this.#stdout, `${cleanOutput(text, this.#isColoured)}\n`);
  }

  /** Control sequences, to a terminal only, and text between them. */
  write(text: string): void {
    write(this.#stdout, text);
  }

  /** Anything that is no result, cleaned the same, and broken to fit the terminal (wrap.ts). */
  note(text: string): void {
    const width = this.#widthOf(this.#stderr);
    write(this.#stderr, `${wrap(cleanOutput(text, this.#isErrorColoured), width)}\n`);
  }

  /** The next step: what it is for, and a command to paste, which is never broken. */
  step(lead: string, command: string): void {
    const line = `${lead} ${command}`;
    const width = this.#widthOf(this.#stderr);
    const fits = width === undefined || columnsOf(line) <= width;
    this.note(fits ? line : `${lead}\n  ${command}`);
  }

  /** What keeps the command from doing what it is for. */
  error(text: string): void {
    this.note(`${this.errorColors.red("molecule-mcp:")} ${text}`);
  }

  /** One JSON value, indented: all that stdout holds then. */
  json(value: unknown): void {
    this.printAsIs(escapeControls(JSON.stringify(value, null, 2)));
  }

  /** The mark of a line on stdout, in its colour and as wide as the widest. */
  mark(kind: Mark): string {
    const width = Math.max(...Object.values(this.#signs).map((sign) => sign.length));
    const { green, yellow, red, dim } = this.colors;
    const colour = { ok: green, warn: yellow, fail: red, skip: dim }[kind];
    return colour(this.#signs[kind].padEnd(width));
  }

  /** Whether a person can be asked. */
  get isInteractive(): boolean {
    return this.#isInputTerminal && this.#stderr.isTerminal();
  }

  /** Columns of stdout, or undefined when it is no terminal: then nothing is wrapped. */
  get width(): number | undefined {
    return this.#widthOf(this.#stdout);
  }

  #widthOf(output: Output): number | undefined {
    return output.isTerminal() ? this.#width() || USUAL_WIDTH : undefined;
  }
}

function write(output: Output, text: string): void {
  writeAllSync(output, new TextEncoder().encode(text));
}

function terminalWidth(): number | undefined {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return undefined; // Neither stdout nor stderr is a terminal.
  }
}

function isColoured(read: ReadVariable, output: Output): boolean {
  if (readTrimmed(read, "NO_COLOR") !== undefined || read("TERM") === "dumb") return false;
  return readTrimmed(read, "FORCE_COLOR") !== undefined || output.isTerminal();
}

/** Where the terminal surely shows more than ASCII. */
function isUtf8(read: ReadVariable): boolean {
  if (readTrimmed(read, "WT_SESSION") !== undefined) return true;
  const locale = ["LC_ALL", "LC_CTYPE", "LANG"].map((name) => readTrimmed(read, name))
    .find((value) => value !== undefined);
  return /utf-?8/i.test(locale ?? "");
}
