import { cutText } from "../../src/lib/cut_text.ts";
import { LineProcess } from "../line_process.ts";
import type { Program } from "../smoke/program.ts";
import { Random } from "../soak/random.ts";
import { result } from "./due.ts";
import { Ledger } from "./ledger.ts";
import { Ids, initialize } from "./messages.ts";
import { line } from "./mutate.ts";
import { bytesOf, Oracle, type Plan } from "./oracle.ts";
import type { Rule } from "./rules.ts";

/** What runs, and what it is sent. */
export interface FuzzedProcessOptions {
  readonly program: Program;
  /** What is sent depends on this alone. */
  readonly seed: number;
  /** Rules that the program is still to learn: lines that rest on them are not sent. */
  readonly notYet: readonly Rule[];
  /** How long an answer may take; shorter only for what is known to hang. */
  readonly patienceMs?: number;
}

/** Where it runs. */
export interface Place {
  readonly env: Record<string, string>;
  readonly cwd: string;
}

/** Far beyond what a session takes: only a program that hangs, or owes an answer, needs it. */
const PATIENCE_MS = 20_000;
const MAX_LINES = 8;
const SHOWN_CHARACTERS = 600;
/** Nothing a client sends may end in one of these. */
const FAULT_ON_STDERR = /Uncaught|TypeError|RangeError|ReferenceError|Please report it|panicked/;

/** One process from its start to its end. */
export class FuzzedProcess {
  readonly #options: FuzzedProcessOptions;
  readonly #process: LineProcess;
  readonly #oracle: Oracle;
  readonly #ledger = new Ledger();
  #number = 0;
  #plan: Plan = { lines: [], dues: [], tokens: [] };
  #seen: string[] = [];
  #wake = () => {};
  /** How many lines it was sent. */
  lines = 0;
  /** How many came back. */
  answers = 0;
  /** The first thing that was wrong, with what was sent and seen around it. */
  failure: string | undefined;

  constructor(options: FuzzedProcessOptions, place: Place) {
    this.#options = options;
    this.#oracle = new Oracle(options.notYet);
    this.#process = new LineProcess(options.program, {
      ...place,
      onLine: (text) => this.#receive(text),
    });
  }

  /** Sends a session's lines and waits for all that is due, and for a ping behind it. */
  async session(number: number): Promise<void> {
    const random = new Random(Math.imul(this.#options.seed, 0x9e3779b1) + number);
    const last = `end of ${number}`;
    this.#number = number;
    this.#seen = [];
    this.#plan = this.#oracle.plan(linesOf(random, number));
    const { lines, dues, tokens } = this.#plan;
    this.#ledger.expect([...dues, result(last, "the ping at the end")], tokens);
    this.lines += lines.length;
    try {
      const all = [...lines, bytesOf({ jsonrpc: "2.0", id: last, method: "ping" })];
      for (const piece of pieces(random, all)) await this.#process.write(piece);
      await this.#settled();
    } catch (error) {
      this.#fail(`the program does not take input any more: ${error}`);
    }
  }

  /** Ends the process, which has to end well, and without another word. */
  async end(): Promise<void> {
    await using program = this.#process;
    const { code, signal } = await program.end();
    if (code !== 0) this.#fail(`it ended with ${signal ?? `exit code ${code}`}`);
    if (program.unfinishedLine !== "") this.#fail("its last line has no end");
    if (FAULT_ON_STDERR.test(program.stderr)) this.#fail("a fault of the program is on stderr");
  }

  async #settled(): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, this.#options.patienceMs ?? PATIENCE_MS);
    while (!this.#ledger.settled && !this.failure && !late) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    clearTimeout(timer);
    if (!this.#ledger.settled) this.#fail(`did not come: ${this.#ledger.missing().join("; ")}`);
  }

  #receive(text: string): void {
    this.answers += 1;
    this.#seen.push(text);
    const wrong = this.#ledger.receive(text);
    if (wrong !== undefined) this.#fail(`${wrong}: ${shown(text)}`);
    this.#wake();
  }

  /** The first one counts: what comes after it may come of it. */
  #fail(what: string): void {
    this.failure ??= [
      `seed ${this.#options.seed}, session ${this.#number}: ${what}`,
      "  lines sent:",
      ...this.#plan.lines.map((bytes) => `    ${shown(new TextDecoder().decode(bytes))}`),
      "  lines seen:",
      ...this.#seen.map((text) => `    ${shown(text)}`),
      "  due and not seen:",
      ...this.#ledger.missing().map((due) => `    ${shown(due)}`),
      "  stderr:",
      ...this.#process.stderr.trimEnd().split("\n").map((text) => `    ${text}`),
    ].join("\n");
  }
}

function linesOf(random: Random, number: number): Uint8Array[] {
  const ids = new Ids(random, number);
  const first = random.next() < 0.3 ? [bytesOf(initialize(random, ids))] : [];
  const size = random.between(1, MAX_LINES);
  return [...first, ...Array.from({ length: size }, () => line(random, ids))];
}

/** The lines as bytes, cut anywhere: inside a line, and inside a character. */
function pieces(random: Random, lines: readonly Uint8Array[]): Uint8Array[] {
  const whole = new Uint8Array(lines.reduce((sum, { byteLength }) => sum + byteLength + 1, 0));
  let at = 0;
  for (const bytes of lines) {
    whole.set(bytes, at);
    at += bytes.byteLength;
    whole[at++] = 0x0a;
  }
  const cuts = Array.from(
    { length: random.pick([0, 0, 1, 3]) },
    () => random.between(0, whole.byteLength),
  ).sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => whole.subarray(from, cuts[index] ?? whole.byteLength));
}

/** In one line, and no longer than one can read. */
function shown(text: string): string {
  return JSON.stringify(cutText(text, SHOWN_CHARACTERS)) +
    (text.length > SHOWN_CHARACTERS ? ` … ${text.length} characters` : "");
}
