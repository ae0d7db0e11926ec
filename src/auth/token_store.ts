import { readPrivateFile, writePrivateFile } from "../lib/files/private_file.ts";
import { RefusalRounds, type RefusedSince } from "./refusal_rounds.ts";
import { tokenProblem } from "../config/token_text.ts";
import { type HeldBack, type PassIssuer, TokenPass } from "./token_pass.ts";
import { type Candidate, TokenSources, type TokenSourcesOptions } from "./token_sources.ts";
import { Mutex } from "../lib/mutex.ts";

/** What a `TokenStore` is built from. */
export interface TokenStoreOptions extends TokenSourcesOptions {
  /** Chance, in [0, 1). */
  readonly random?: () => number;
}

/** A place that holds a usable token, without the token; "process" is one saved, but on no disk. */
export type TokenCandidate = Omit<Candidate, "token">;

/** Every token is refused: since when, and where they are. */
export interface Refusal extends RefusedSince {
  readonly tried: readonly TokenCandidate[];
}

/**
 * The bearer token of one workspace (src/README.md, "The way of a token"; tests/README.md, "Token
 * store").
 *
 * A token comes from the cache, else the saved file, else the variable, else the token file. One
 * that the platform answered 401 to is marked as refused and skipped while another is left, so a
 * rotated file and a stale file or variable are all recovered from without a restart. When all are
 * refused, all are tried again from time to time (`RefusalRounds`); one success clears every mark,
 * and a change in a source is tried immediately.
 */
export class TokenStore {
  readonly #sources: TokenSources;
  readonly #filePath: string | undefined;
  /** Reads of the sources and saves, one after the other: an older read never undoes a save. */
  readonly #mutex = new Mutex();
  readonly #refused = new Set<string>();
  /** Never a refused one. */
  #cached: string | undefined;
  /** What the last look at the sources found. */
  #found: readonly Candidate[] = [];
  readonly #rounds: RefusalRounds;
  /** A saved token that is not on disk: there is no file, or it could not be written. */
  #unwritten: string | undefined;
  #looks = 0;
  /** What passes may do here. */
  readonly #issuer: PassIssuer = {
    refuse: (token) => this.refuse(token),
    refresh: () => this.refresh(),
    accept: (token) => this.accept(token),
    known: () => this.#candidates().map(({ token }) => token),
    roundRefused: () => this.#rounds.refused(),
  };

  constructor(options: TokenStoreOptions) {
    this.#sources = new TokenSources(options);
    this.#filePath = options.filePath;
    this.#rounds = new RefusalRounds(options.random ?? Math.random);
  }

  /**
   * What a call may send. While every token is refused only one call at a time gets a pass, and only
   * when the time has come; others wait for its outcome.
   *
   * @param always for calls that also report something: refused tokens are sent without waiting
   * @throws the signal's reason when it fires meanwhile
   */
  async admit(signal: AbortSignal, { always = false } = {}): Promise<TokenPass | HeldBack> {
    while (true) {
      const token = await this.get();
      const isRefused = token !== undefined && this.#refused.has(token);
      if (always || !isRefused) return new TokenPass(this.#issuer, token, { triesRefused: always });
      const { heldBackMs } = this.#rounds;
      if (heldBackMs > 0) return { heldBackMs };
      const probe = this.#rounds.probe();
      if (probe) return new TokenPass(this.#issuer, token, { probe, triesRefused: true });
      await this.#rounds.probed(signal);
      signal.throwIfAborted();
    }
  }

  /**
   * The token that takes precedence, a refused one only when all are; undefined when there is none.
   * Reads no file while one is cached.
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
   * @throws {PrivateFileError} when the file cannot be written; the token is used anyway.
   */
  async save(token: string): Promise<void> {
    const trimmed = token.trim();
    const problem = tokenProblem(trimmed);
    if (problem !== undefined) throw new TypeError(`Cannot save the workspace token: ${problem}.`);
    await this.#mutex.run(async () => {
      this.#refused.delete(trimmed);
      this.#cached = this.#unwritten = trimmed;
      if (this.#filePath === undefined) return;
      if (!await holds(this.#filePath, trimmed)) await writePrivateFile(this.#filePath, trimmed);
      this.#unwritten = undefined;
    });
  }

  /**
   * The platform answered 401 to this token: it is skipped from now on.
   *
   * Any number of calls that were refused with the same token get the same answer.
   *
   * @returns the token to try instead, now the cached one, or undefined when none is left.
   */
  async refuse(token: string): Promise<string | undefined> {
    const isNews = !this.#refused.has(token);
    this.#refused.add(token);
    if (this.#cached === token) this.#cached = undefined;
    if (this.#cached === undefined) await this.#look();
    const next = this.#cached ?? this.#unrefused();
    if (next === undefined && isNews) this.#rounds.refused();
    return next === token ? undefined : next;
  }

  /**
   * The platform accepted this token: no other is treated as refused any longer either, because
   * that refusal may have been wrong.
   */
  accept(token: string): void {
    this.#refused.clear();
    this.#rounds.over();
    // Not the first of the candidates, which may be a stale one: this is the one that works.
    if (this.#issuer.known().includes(token)) this.#cached ??= token;
  }

  /** There is a sign that the platform may take refused tokens again: they are tried soon. */
  hurry(): void {
    this.#rounds.hurry();
  }

  /**
   * Forgets everything that was learnt; the sources stay as they are. For a runtime that embeds this
   * store and knows that its tokens were changed.
   */
  clear(): void {
    this.#cached = this.#unwritten = undefined;
    this.#found = [];
    this.#refused.clear();
    this.#rounds.over();
  }

  /** What is known of the refusal while every token is refused. */
  get refusal(): Refusal | undefined {
    const refused = this.state === "refused" ? this.#rounds.refusedSince : undefined;
    return refused && { ...refused, tried: this.#candidates().map(withoutToken) };
  }

  /** As of the last look: no token anywhere, one that may be used, or all of them refused. */
  get state(): "none" | "ready" | "refused" {
    if ((this.#cached ?? this.#unrefused()) !== undefined) return "ready";
    return this.#candidates().length === 0 ? "none" : "refused";
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
    await this.#mutex.run(async () => {
      if (this.#looks > looksBefore) return; // Many calls at once, one read: it is new enough.
      this.#looks++;
      const before = this.#found;
      this.#found = await this.#sources.read();
      if (this.#looks > 1) this.#unmarkChanged(before);
      const isUsable = this.#issuer.known().some((token) =>
        token === this.#cached && !this.#refused.has(token)
      );
      if (!isUsable) this.#cached = this.#unrefused();
    });
  }

  /** What was put into a source since the last look is tried, even if it was refused before. */
  #unmarkChanged(before: readonly Candidate[]): void {
    const changed = this.#found.filter(({ label, token }) =>
      before.find((candidate) => candidate.label === label)?.token !== token
    );
    for (const { token } of changed) this.#refused.delete(token);
    if (changed.length > 0) this.#rounds.restart();
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

function withoutToken({ source, label }: Candidate): TokenCandidate {
  return { source, label };
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
