/**
 * Looks for secrets in bytes that come in pieces: each spelling in UTF-8 and in UTF-16, wherever one
 * piece ends. What is packed or encrypted hides them.
 */
export class SecretScanner {
  readonly #needles: readonly string[];
  readonly #overlap: number;
  /** Every byte is one character, so that the engine's search for text can be used. */
  readonly #decoder = new TextDecoder("latin1");
  #rest = "";
  #found = false;

  /** @param forms every spelling of every secret */
  constructor(forms: readonly string[]) {
    this.#needles = forms.flatMap((form) =>
      [
        this.#decoder.decode(new TextEncoder().encode(form)),
        // Either byte order: they differ in the byte before the first or after the last character.
        Array.from(form, (_, i) => form.charCodeAt(i)).every((code) => code < 0x80)
          ? [...form].join("\0")
          : [],
      ].flat()
    );
    this.#overlap = Math.max(0, ...this.#needles.map(({ length }) => length - 1));
  }

  /** How many bytes must follow a byte until it is certain that no secret begins with it. */
  get overlap(): number {
    return this.#overlap;
  }

  /** Takes the next piece. @returns whether a secret is in what was taken so far */
  feed(bytes: Uint8Array): boolean {
    if (this.#found || this.#needles.length === 0) return this.#found;
    const text = this.#rest + this.#decoder.decode(bytes);
    this.#found = this.#needles.some((needle) => text.includes(needle));
    this.#rest = this.#overlap === 0 ? "" : text.slice(-this.#overlap);
    return this.#found;
  }
}
