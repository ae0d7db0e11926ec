/**
 * Questions on a terminal, written to stderr.
 *
 * Own code, although there is @clack/prompts (1.9, five packages): it takes the first line end of a
 * pasted JSON for Enter and leaves the rest to the shell, shows a password's length while it is
 * pasted, reads variables that this program has no permission for (ACCESSIBLE), which throws here,
 * and restores the terminal neither at SIGTERM nor at SIGHUP.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import { PromptLine } from "./prompt_line.ts";
import { hidden } from "./shown_value.ts";
import { wrap } from "./wrap.ts";
import { writeAllSync } from "./write_all_sync.ts";

/** Where keys come from: stdin. */
export interface KeyInput {
  read(buffer: Uint8Array): Promise<number | null>;
  setRaw(isRaw: boolean): void;
}

/** One question. */
export interface Question {
  /** Before what is typed, without a space at its end. */
  readonly label: string;
  /** What of the text is shown while it is typed; nothing unless given. */
  readonly shown?: (text: string) => string;
  /** The same once it is answered; default: `shown`. */
  readonly answered?: (text: string) => string;
  /** Whether the text is not whole yet although Enter was pressed, such as a JSON with open braces. */
  readonly isUnfinished?: (text: string) => boolean;
}

/** Ctrl-C, the end of input, or a signal: nothing was answered. */
export class PromptCancelled extends Error {
  override readonly name = "PromptCancelled";

  /** @param isInterrupt whether it was Ctrl-C: then the whole command ends (EXIT.interrupted) */
  constructor(readonly isInterrupt = false) {
    super("Cancelled.");
  }
}

/** What comes this soon after Enter is part of the same paste. */
const PASTE_GAP_MS = 60;
/** The rest of a paste is waited for this long, so that it does not reach the shell. */
const LONGEST_DRAIN_MS = 2_000;
const PASTE_MARKS_ON = "\x1b[?2004h";
const PASTE_MARKS_OFF = "\x1b[?2004l";
const CLEAR_LINE = "\r\x1b[K";
/** Signals whose default would leave the terminal raw. */
const ENDING: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGBREAK"]
  : ["SIGTERM", "SIGHUP", "SIGQUIT"];
/** Where the width of the terminal cannot be told. */
const USUAL_WIDTH = 80;
/** What a terminal obeys: controls, and what turns the direction of text around. */
const UNSHOWN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** What is typed has this much room beside a label, or gets a line of its own. */
const LEAST_ROOM = 12;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const JOINING = /[\p{Mn}\p{Me}\p{Cf}]/u;
const BUFFER_BYTES = 16 * 1024;

/** Asks a person. One for a whole command: a key that comes between two questions is the next one's. */
export class Prompts {
  readonly #input: KeyInput;
  readonly #write: (text: string) => void;
  readonly #signal: AbortSignal;
  readonly #interrupt: AbortSignal;
  readonly #ended = new AbortController();
  readonly #columns: number | undefined;
  /** A read cannot be taken back: the one that is under way belongs to whoever asks next. */
  #reading: Promise<Uint8Array | null> | undefined;

  /** @param options.signal Ctrl-C where it comes as a signal: cancels the question that is open */
  constructor(options: {
    readonly signal: AbortSignal;
    readonly columns?: number;
    readonly input?: KeyInput;
    readonly write?: (text: string) => void;
  }) {
    this.#input = options.input ?? Deno.stdin;
    this.#write = options.write ?? writeToStderr;
    this.#interrupt = options.signal;
    this.#signal = AbortSignal.any([options.signal, this.#ended.signal]);
    this.#columns = options.columns;
  }

  /**
   * Runs what asks questions, and restores the terminal however that ends.
   *
   * @throws {PromptCancelled}
   */
  async during<T>(run: () => Promise<T>): Promise<T> {
    const onEnd = () => this.#ended.abort();
    for (const signal of ENDING) Deno.addSignalListener(signal, onEnd);
    this.#input.setRaw(true);
    this.#write(PASTE_MARKS_ON);
    try {
      return await run();
    } finally {
      await this.#drain();
      this.#write(PASTE_MARKS_OFF);
      this.#input.setRaw(false);
      for (const signal of ENDING) Deno.removeSignalListener(signal, onEnd);
    }
  }

  /** A line between two questions. */
  note(text: string): void {
    this.#write(`${wrap(text, this.#columns).replaceAll("\n", "\r\n")}\r\n`);
  }

  /** @returns what was typed, trimmed. @throws {PromptCancelled} */
  async ask(question: Question): Promise<string> {
    const { shown = () => "", answered = shown, isUnfinished = () => false } = question;
    const line = new PromptLine();
    let { label } = question;
    if (cellsOf(label) + 1 + LEAST_ROOM > this.#width) {
      // Only the last row of the terminal can be drawn anew.
      this.note(label);
      label = ">";
    }
    this.#write(`${label} `);
    while (true) {
      const bytes = await this.#next();
      if (!bytes) throw this.#cancelled();
      line.feed(bytes);
      // A paste without marks comes in pieces: Enter is only what nothing follows.
      while (line.state.isDone) {
        const more = await this.#next(PASTE_GAP_MS);
        if (more instanceof Uint8Array) {
          line.continueAfterEnter();
          line.feed(more);
        } else if (this.#signal.aborted) throw this.#cancelled();
        else if (isUnfinished(line.state.text)) line.continueAfterEnter();
        else {
          this.#draw(label, answered(line.state.text.trim()));
          this.#write("\r\n");
          return line.state.text.trim();
        }
      }
      if (line.state.isCancelled) throw this.#cancelled(line.state.isInterrupted);
      this.#draw(label, shown(line.state.text));
    }
  }

  /** One line of the terminal: of a longer text, its end. */
  #draw(label: string, text: string): void {
    const room = Math.max(1, this.#width - cellsOf(label) - 2);
    // A pasted tab or line end would leave the line, and an escape code the terminal's state.
    const line = text.replace(UNSHOWN, " ");
    this.#write(`${CLEAR_LINE}${label} ${endOf(line, room)}`);
  }

  get #width(): number {
    return this.#columns ?? USUAL_WIDTH;
  }

  /** @returns whether it was answered with yes; Enter alone is no. @throws {PromptCancelled} */
  async confirm(label: string): Promise<boolean> {
    // Whatever else is pasted here may be a secret.
    const shown = (text: string) => /^(?:y|ye|yes|n|no)?$/i.test(text) ? text : hidden(text);
    return /^y(es)?$/i.test(await this.ask({ label: `${label} [y/N]`, shown }));
  }

  /** Reads what is still coming, so that nothing of a paste is left for the shell. */
  async #drain(): Promise<void> {
    const endsAtMs = performance.now() + LONGEST_DRAIN_MS;
    while (performance.now() < endsAtMs) {
      if (!(await this.#read(PASTE_GAP_MS) instanceof Uint8Array)) return;
    }
  }

  #cancelled(isInterrupt = this.#interrupt.aborted): PromptCancelled {
    this.#write("\r\n");
    return new PromptCancelled(isInterrupt);
  }

  /** @returns undefined when nothing came in time; null at the end of input or when cancelled */
  async #next(patienceMs?: number): Promise<Uint8Array | null | undefined> {
    if (this.#signal.aborted) return null;
    const { promise: cancelled, resolve } = Promise.withResolvers<null>();
    const onAbort = () => resolve(null);
    this.#signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([this.#read(patienceMs), cancelled]);
    } finally {
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  async #read(patienceMs?: number): Promise<Uint8Array | null | undefined> {
    this.#reading ??= this.#readOnce();
    const read = this.#reading;
    const over = new AbortController();
    const waited = patienceMs === undefined
      ? []
      : [sleep(patienceMs, over.signal).then(() => undefined)];
    const answer = await Promise.race([read, ...waited]);
    over.abort();
    if (answer !== undefined) this.#reading = undefined;
    return answer;
  }

  async #readOnce(): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    const length = await this.#input.read(buffer);
    return length === null ? null : buffer.subarray(0, length);
  }
}

/** How many columns a text takes: two for what is wide, none for what joins what stands before. */
function cellsOf(text: string): number {
  return [...text].reduce(
    (sum, sign) => sum + (JOINING.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1),
    0,
  );
}

/** The end of a text that is too long. */
function endOf(text: string, room: number): string {
  if (cellsOf(text) <= room) return text;
  let signs = [...text].slice(-room);
  while (cellsOf(signs.join("")) > room - 3 && signs.length > 0) signs = signs.slice(1);
  return `...${signs.join("")}`;
}

function writeToStderr(text: string): void {
  writeAllSync(Deno.stderr, new TextEncoder().encode(text));
}
