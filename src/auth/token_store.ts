import { readPrivateFile, writePrivateFile } from "./private_file.ts";
import { tokenProblem } from "./token.ts";
import { type Candidate, TokenSources, type TokenSourcesOptions } from "./token_sources.ts";
import { Turns } from "./turns.ts";

/** What a `TokenStore` is built from. */
export type TokenStoreOptions = TokenSourcesOptions;

/** A place that holds a usable token, without the token; "process" is one saved, but on no disk. */
export type TokenCandidate = Omit<Candidate, "token">;

/**
 * The bearer token of one workspace (runtime-behaviour B1, B2, B6; design.md, "Token order").
 *
 * A token comes from the cache, else the saved file, else the variable, else the token file. One
 * that the platform answered 401 to is remembered as refused and passed over while another is left,
 * so that a rotated file and a stale file or variable all heal without a restart.
 *
 * @example
 * ```ts
 * let token = await store.get();
 * while (token !== undefined && await answersUnauthorized(token)) {
 *   token = await store.refuse(token); // The next candidate, each at most once.
 * }
 * ```
 */
export class TokenStore {
  readonly #sources: TokenSources;
  readonly #filePath: string | undefined;
  /** Reads of the sources and saves, one after the other: an older read never undoes a save. */
  readonly #turns = new Turns();
  readonly #refused = new Set<string>();
  /** Never a refused one. */
  #cached: string | undefined;
  /** What the last look at the sources found. */
  #found: readonly Candidate[] = [];
  /** A saved token that is on no disk: there is no file, or it could not be written. */
  #unwritten: string | undefined;
  #looks = 0;

  constructor(options: TokenStoreOptions) {
    this.#sources = new TokenSources(options);
    this.#filePath = options.filePath;
  }

  /**
   * The token to send, or undefined when there is none. Reads no file while one is cached.
   *
   * When the platform refused every candidate, the sources are read each time and the first of them
   * is returned until a new one appears, so that a heartbeat may keep asking.
   */
  async get(): Promise<string | undefined> {
    if (this.#cached !== undefined) return this.#cached;
    await this.#look();
    return this.#cached ?? this.#unrefused() ?? this.#candidates()[0]?.token;
  }

  /** Forgets the cached token, reads the sources again and returns what `get` then would. */
  async refresh(): Promise<string | undefined> {
    this.#cached = undefined;
    return await this.get();
  }

  /**
   * Keeps a token that the platform issued: in use at once, and in the file with mode 0600.
   *
   * A file that holds it already is not touched. Without a file it lives as long as the process.
   *
   * @throws {TypeError} when it is blank or no header can carry it.
   * @throws {PrivateFileError} when the file cannot be written; the token is in use all the same.
   */
  async save(token: string): Promise<void> {
    const trimmed = token.trim();
    const problem = tokenProblem(trimmed);
    if (problem !== undefined) throw new TypeError(`Cannot save the workspace token: ${problem}.`);
    await this.#turns.take(async () => {
      this.#refused.delete(trimmed);
      this.#cached = this.#unwritten = trimmed;
      if (this.#filePath === undefined) return;
      if (!await holds(this.#filePath, trimmed)) await writePrivateFile(this.#filePath, trimmed);
      this.#unwritten = undefined;
    });
  }

  /**
   * The platform answered 401 to this token: it is passed over from now on.
   *
   * Any number of calls that were refused with the same token get the same answer.
   *
   * @returns the token to try instead, now the cached one, or undefined when none is left.
   */
  async refuse(token: string): Promise<string | undefined> {
    this.#refused.add(token);
    if (this.#cached === token) this.#cached = undefined;
    if (this.#cached === undefined) await this.#look();
    const next = this.#cached ?? this.#unrefused();
    return next === token ? undefined : next;
  }

  /** A call with this token succeeded: it is not refused (any more). */
  accept(token: string): void {
    this.#refused.delete(token);
  }

  /** Forgets everything that was learnt; the sources stay as they are. */
  clear(): void {
    this.#cached = this.#unwritten = undefined;
    this.#found = [];
    this.#refused.clear();
  }

  /** As of the last look: no token anywhere, one that may be used, or all of them refused. */
  get state(): "none" | "ready" | "refused" {
    if ((this.#cached ?? this.#unrefused()) !== undefined) return "ready";
    return this.#candidates().length === 0 ? "none" : "refused";
  }

  /** Where usable tokens are at this moment, the one that counts most first; refused ones too. */
  async candidates(): Promise<readonly TokenCandidate[]> {
    await this.#look();
    return this.#candidates().map(({ source, label }) => ({ source, label }));
  }

  /** Everything that is a token of this workspace, usable or not, for hiding it. Never throws. */
  async secrets(): Promise<readonly string[]> {
    const here = [this.#cached, this.#unwritten, ...this.#found.map(({ token }) => token)];
    return [...await this.#sources.secrets(), ...here.filter((token) => token !== undefined)];
  }

  /** One line that says which token is used, when the sources hold different ones. */
  async describeChoice(): Promise<string | undefined> {
    await this.#look();
    const candidates = this.#candidates();
    const used = candidates.find(({ token }) => token === this.#cached) ?? candidates[0];
    const others = candidates.filter(({ token }) => token !== used?.token);
    if (!used || others.length === 0) return undefined;
    const labels = others.map(({ label }) => label).join(" and ");
    return `Using the workspace token of ${used.label}; ${labels} ` +
      `${others.length === 1 ? "holds a different one" : "hold different ones"}, ` +
      "tried if the platform refuses the first.";
  }

  /** Whether both take their token from the same places. */
  hasSameSourcesAs(other: TokenStore): boolean {
    return this.#sources.isSameAs(other.#sources);
  }

  /** Reads the sources, or waits for a read that begins after this call, and caches the choice. */
  async #look(): Promise<void> {
    const looksBefore = this.#looks;
    await this.#turns.take(async () => {
      if (this.#looks > looksBefore) return; // Many calls at once, one read: it is new enough.
      this.#looks++;
      this.#found = await this.#sources.read();
      this.#cached = this.#unrefused();
    });
  }

  #unrefused(): string | undefined {
    return this.#candidates().find(({ token }) => !this.#refused.has(token))?.token;
  }

  #candidates(): readonly Candidate[] {
    if (this.#unwritten === undefined) return this.#found;
    const label = "the memory of this process";
    return [{ source: "process", label, token: this.#unwritten }, ...this.#found];
  }
}

/** Whether a save of the token would change nothing, a line end around it aside. */
async function holds(path: string, token: string): Promise<boolean> {
  try {
    const file = await readPrivateFile(path);
    return file !== undefined && !file.exposed && file.content.trim() === token;
  } catch {
    return false; // The write that follows says what is wrong with the path, if anything.
  }
}
