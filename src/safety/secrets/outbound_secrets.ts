import type { SecretRedactor } from "./secret_redactor.ts";
import { redactJson } from "./redact_json.ts";
import { SecretScanner } from "./secret_scanner.ts";

/**
 * Keeps the secrets of every workspace out of what is sent: text with one in it goes out with
 * `[redacted]` in its place (src/README.md, "Secrets").
 *
 * Only secrets that are known are hidden. A bearer of somebody else's that an agent passes on is its
 * own affair, and words are never rewritten.
 */
export class OutboundSecrets {
  readonly #redactor: SecretRedactor;
  readonly #live: () => Promise<readonly string[]>;
  /** A look at the secrets that is under way, and the one that comes after it. */
  #look: Promise<void> | undefined;
  #nextLook: Promise<void> | undefined;
  /** When the last look began that has ended. */
  #lookedAtMs = -Infinity;

  /** @param live the secrets as of now, wherever they are kept; must not throw */
  constructor(redactor: SecretRedactor, live: () => Promise<readonly string[]>) {
    this.#redactor = redactor;
    this.#live = live;
  }

  /**
   * Takes note of secrets that came since: in a file that was replaced, or never used yet. Many calls
   * at once share a look, which begins after each of them has asked: it is new enough.
   *
   * @param options.maxAgeMs how old the last look may be, to be enough
   */
  refresh({ maxAgeMs = 0 } = {}): Promise<void> {
    if (performance.now() - this.#lookedAtMs < maxAgeMs) return Promise.resolve();
    return this.#nextLook ??= this.#lookAfter(this.#look);
  }

  async #lookAfter(last: Promise<void> | undefined): Promise<void> {
    await last?.catch(() => {}); // Whoever asked for that one gets the error.
    this.#look = this.#nextLook;
    this.#nextLook = undefined;
    const begunAtMs = performance.now();
    for (const secret of await this.#live()) this.#redactor.add(secret);
    this.#lookedAtMs = begunAtMs;
  }

  /** The text without the secrets that were known at the last refresh. */
  text(text: string): string {
    return this.#redactor.redactKnown(text);
  }

  /** The same for every string of a JSON value, keys included; itself when there was nothing. */
  json<T>(value: T): T {
    // The shape stays: only strings are replaced by strings.
    return redactJson(value, { redact: (text) => this.text(text) }) as T;
  }

  /** Looks for the secrets in a file. */
  scanner(): SecretScanner {
    return new SecretScanner(this.#redactor.forms);
  }
}
