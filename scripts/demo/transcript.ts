import { errorText } from "../../src/lib/error_text.ts";

/** Of a terminal that nobody has made wider. */
const WIDTH = 80;
/** Where texts begin: behind the time and the name. */
const INDENT = 21;
/** Of an answer, the rest of which is left out. */
const MOST_LINES = 5;

/** Prints who said what, and when, for a person to follow. */
export class Transcript {
  readonly #print: (line: string) => void;
  readonly #startedAt = performance.now();
  readonly #colour = Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR");

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  title(text: string, detail: string): void {
    this.#print(`\n${this.#styled(1, text)}  ${this.#styled(2, detail)}\n`);
  }

  /** Somebody says or does something. */
  say(who: string, what: string): void {
    this.#say(who, what, (line) => line);
  }

  /** A tool call of an agent. */
  call(who: string, tool: string, args: Record<string, unknown>): void {
    const shown = Object.entries(args).map(([key, value]) => `${key}: ${short(value)}`).join(", ");
    this.#say(who, `${tool}(${shown})`, (line) => line.replace(tool, this.#styled(33, tool)));
  }

  /** What the last call got. */
  answer(text: string): void {
    const lines = text.split("\n").flatMap((line) => wrap(line, WIDTH - INDENT - 2));
    const shown = lines.slice(0, MOST_LINES);
    if (lines.length > MOST_LINES) {
      shown.push(`${shown.pop()?.slice(0, WIDTH - INDENT - 4)} …`);
    }
    for (const [at, line] of shown.entries()) {
      this.#print(this.#styled(2, `${" ".repeat(INDENT)}${at === 0 ? "→" : " "} ${line}`));
    }
  }

  #say(who: string, what: string, style: (firstLine: string) => string): void {
    const [first = "", ...rest] = what.split("\n").flatMap((line) => wrap(line, WIDTH - INDENT));
    this.#print(`${this.#time()}  ${this.#styled(36, who.padEnd(10))}  ${style(first)}`);
    for (const line of rest) this.#print(`${" ".repeat(INDENT)}${line}`);
  }

  done(): void {
    this.#print(`\n${this.#styled(32, "Every step held.")} ${this.#time().trim()}\n`);
    this.#print("Next:");
    this.#print("- deno task local starts this platform, with a page, for an agent of yours.");
    this.#print(
      "- With a workspace on a real platform: the beginning of README.md, three lines.\n",
    );
  }

  failed(error: unknown): void {
    this.#print(`\n${this.#styled(31, "The demo failed:")} ${errorText(error)}\n`);
  }

  #time(): string {
    return `${((performance.now() - this.#startedAt) / 1000).toFixed(2).padStart(6)}s`;
  }

  #styled(code: number, text: string): string {
    return this.#colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

function short(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[0-9a-f]{8}-/.test(value) ? `${value.slice(0, 8)}…` : JSON.stringify(shorten(value, 90));
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The text in lines of at most so many characters, between words or behind commas if possible. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = [...text];
  while (rest.length > width) {
    const good = Math.max(rest.lastIndexOf(" ", width), rest.lastIndexOf(",", width - 1) + 1);
    const end = good > width / 2 ? good : width;
    lines.push(rest.slice(0, end).join(""));
    rest = rest.slice(rest[end] === " " ? end + 1 : end);
  }
  return [...lines, rest.join("")];
}
