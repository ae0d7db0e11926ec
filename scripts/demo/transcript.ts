import { errorText } from "../../src/lib/error_text.ts";

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

  /** Somebody says or does something; long texts are shown as an indented block. */
  say(who: string, what: string): void {
    const [first = "", ...rest] = what.split("\n");
    this.#print(`${this.#time()}  ${this.#styled(36, who.padEnd(10))}  ${first}`);
    for (const line of rest) this.#print(`${" ".repeat(21)}${line}`);
  }

  /** A tool call of an agent. */
  call(who: string, tool: string, args: Record<string, unknown>): void {
    const shown = Object.entries(args).map(([key, value]) => `${key}: ${short(value)}`).join(", ");
    this.say(who, `${this.#styled(33, tool)}(${shown})`);
  }

  /** What the last call got. */
  answer(text: string): void {
    for (const line of shorten(text, 600).split("\n")) {
      this.#print(this.#styled(2, `${" ".repeat(21)}→ ${line}`));
    }
  }

  done(): void {
    this.#print(`\n${this.#styled(32, "Every step held.")} ${this.#time().trim()}\n`);
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
