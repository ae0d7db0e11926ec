/** What a person has typed at a prompt so far, and whether that is all. */
export interface LineState {
  /** As typed or pasted; a pasted line end is a `\n`. */
  readonly text: string;
  /** Enter, or Ctrl-D after some text. */
  readonly isDone: boolean;
  /** Ctrl-C, or Ctrl-D on an empty line. */
  readonly isCancelled: boolean;
  /** Which of the two: Ctrl-C. */
  readonly isInterrupted: boolean;
}

const PASTE_BEGINS = "\x1b[200~";
const PASTE_ENDS = "\x1b[201~";
/** No letter with all that is put on it is longer. */
const MAX_SIGN = 64;
/** No token, id or snippet of a client is longer. */
const MAX_LENGTH = 64 * 1024;
const ESC = "\x1b";
/** What follows ESC for arrow keys and the like (ECMA-48): CSI with its parameters, SS3, one letter. */
const KEY = /^(?:\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O.|[^[O]|)/s;
/** One that more bytes may complete. */
const BEGUN_KEY = /^(?:\[[\x30-\x3f]*[\x20-\x2f]*|O)?$/;

/**
 * Makes a line of what a terminal in raw mode sends: Backspace, Ctrl-U (all), Ctrl-W (a word),
 * Enter, Ctrl-C, Ctrl-D; arrow keys do nothing. What is pasted is text, line ends included: between
 * the marks of a bracketed paste, and where more comes at once than a person types.
 */
export class PromptLine {
  readonly #decoder = new TextDecoder();
  #text = "";
  #pending = "";
  #isPasting = false;
  #isDone = false;
  #isCancelled = false;
  #isInterrupted = false;

  get state(): LineState {
    return {
      text: this.#text,
      isDone: this.#isDone,
      isCancelled: this.#isCancelled,
      isInterrupted: this.#isInterrupted,
    };
  }

  /** Takes what the terminal sent. What follows the end of the line is dropped. */
  feed(bytes: Uint8Array): LineState {
    this.#pending += this.#decoder.decode(bytes, { stream: true });
    while (this.#pending !== "" && !this.#isDone && !this.#isCancelled) {
      if (!this.#take()) break;
    }
    return this.state;
  }

  /** More input came right behind Enter: that was the end of a pasted line, not of the input. */
  continueAfterEnter(): void {
    if (!this.#isDone) return;
    this.#isDone = false;
    this.#append("\n");
  }

  /** @returns false when the rest makes sense only with more bytes */
  #take(): boolean {
    const [first = ""] = this.#pending;
    if (first === ESC) return this.#takeEscape();
    this.#pending = this.#pending.slice(first.length);
    if (this.#isPasting) this.#append(first === "\r" ? "\n" : first);
    else this.#takeKey(first);
    return true;
  }

  #takeEscape(): boolean {
    if (this.#pending.startsWith(PASTE_BEGINS) || this.#pending.startsWith(PASTE_ENDS)) {
      this.#isPasting = this.#pending.startsWith(PASTE_BEGINS);
      this.#pending = this.#pending.slice(PASTE_BEGINS.length);
      return true;
    }
    const after = this.#pending.slice(ESC.length);
    if (BEGUN_KEY.test(after)) return false;
    // ESC twice: the second may begin a key.
    this.#pending = after.startsWith(ESC) ? after : after.replace(KEY, "");
    return true;
  }

  #takeKey(key: string): void {
    switch (key) {
      case "\r":
      case "\n":
        // Both, or more behind it: a terminal without paste marks sent several lines at once.
        if (this.#pending.replace(/^\n/, "") !== "") this.#append("\n");
        else this.#isDone = true;
        return;
      case "\x03":
        this.#isCancelled = this.#isInterrupted = true;
        return;
      case "\x04":
        if (this.#text === "") this.#isCancelled = true;
        else this.#isDone = true;
        return;
      case "\x08":
      case "\x7f":
        this.#text = this.#text.slice(0, lastSignOf(this.#text));
        return;
      case "\x15":
        this.#text = "";
        return;
      case "\x17":
        this.#text = this.#text.replace(/\S*\s*$/, "");
        return;
      default:
        if (key === "\t" || key >= " ") this.#append(key);
    }
  }

  #append(text: string): void {
    if (this.#text.length < MAX_LENGTH) this.#text += text;
  }
}

/** Where the last letter begins, with all that is put on it: what one Backspace takes. */
function lastSignOf(text: string): number {
  const from = Math.max(0, text.length - MAX_SIGN);
  const signs = [...new Intl.Segmenter().segment(text.slice(from))];
  return from + (signs.at(-1)?.index ?? 0);
}
