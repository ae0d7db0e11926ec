import { exposedAdvice } from "../lib/files/file_mode.ts";
import { readPrivateFile, writePrivateFile } from "../lib/files/private_file.ts";
import { RememberedText } from "../lib/files/remembered_text.ts";
import { isSameSecret } from "../lib/same_secret.ts";
import { errorText } from "../lib/error_text.ts";
import { Mutex } from "../lib/mutex.ts";

/** What an `InboundSecretStore` is built from. */
export interface InboundSecretStoreOptions {
  /** `<state dir>/.platform_inbound_secret`. */
  readonly filePath: string;
  /** Takes one line per real problem, never with the secret in it. */
  readonly report: (line: string) => void;
}

/**
 * The secret that the platform shows when it calls this workspace (tests/README.md, "Inbound secret
 * from the platform").
 *
 * This program only keeps it: a workspace that polls is never called. `get` and `authorize` are there
 * for a runtime that embeds the store and takes the platform's calls.
 *
 * Fails closed: without a secret that can be read, every inbound request is refused.
 */
export class InboundSecretStore {
  readonly #filePath: string;
  readonly #report: (line: string) => void;
  /** Reads and saves, one after the other: a read never brings back what a save replaced. */
  readonly #mutex = new Mutex();
  #cached: string | undefined;
  /** For `secrets`, which every call asks for. */
  readonly #file: RememberedText;

  constructor({ filePath, report }: InboundSecretStoreOptions) {
    this.#filePath = filePath;
    this.#report = report;
    this.#file = new RememberedText(filePath);
  }

  /** The secret, or undefined when there is none or it cannot be read. Only a found one is cached. */
  async get(): Promise<string | undefined> {
    if (this.#cached !== undefined) return this.#cached;
    return await this.#mutex.run(async () => this.#cached ??= await this.#read());
  }

  /** Keeps a secret that the platform issued, with mode 0600. A blank one changes nothing. Never throws. */
  async save(secret: string): Promise<void> {
    const trimmed = secret.trim();
    if (trimmed === "") return;
    await this.#mutex.run(async () => {
      try {
        await writePrivateFile(this.#filePath, trimmed);
      } catch (error) {
        this.#report(`The inbound secret is not saved. ${errorText(error)}`);
      }
      this.#cached = undefined;
    });
  }

  /** The secret as of now, for hiding it; reports nothing. Never throws. */
  async secrets(): Promise<readonly string[]> {
    const text = await this.#file.text();
    return [this.#cached, text?.trim()].filter((secret) => secret !== undefined);
  }

  /** Whether a request with this Authorization header comes from the platform. Never throws. */
  async authorize(header: string | null | undefined): Promise<boolean> {
    return inboundAuthorized(await this.get(), header);
  }

  async #read(): Promise<string | undefined> {
    try {
      const file = await readPrivateFile(this.#filePath);
      const secret = file?.content.trim();
      if (!file || !secret) return undefined;
      if (file.exposed) {
        this.#report(
          `The inbound secret in ${this.#filePath} is used, but ` +
            exposedAdvice(this.#filePath, file.mode),
        );
      }
      return secret;
    } catch (error) {
      this.#report(`Every inbound request is refused. ${errorText(error)}`);
      return undefined;
    }
  }
}

/**
 * Whether the header is exactly `Bearer <expected>`: nothing trimmed, case-sensitive.
 *
 * The time it takes depends on the length of the header alone, not on how much of it is right.
 *
 * @returns false without a secret or a header, and for text that has no UTF-8 form.
 */
export function inboundAuthorized(
  expected: string | undefined,
  header: string | null | undefined,
): boolean {
  if (!expected?.trim() || header === null || header === undefined) return false;
  // Lone surrogates all encode to the same bytes, so different texts could look equal.
  if (!expected.isWellFormed() || !header.isWellFormed()) return false;
  const encoder = new TextEncoder();
  return isSameSecret(encoder.encode(`Bearer ${expected}`), encoder.encode(header));
}
