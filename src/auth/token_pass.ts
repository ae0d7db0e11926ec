import type { Probe } from "./refusal_rounds.ts";

/** What a pass needs of the store that gave it out. */
export interface PassIssuer {
  /** The token to try after one that was refused, or none. */
  refuse(token: string): Promise<string | undefined>;
  /** The sources were read again: the first token. */
  refresh(): Promise<string | undefined>;
  accept(token: string): void;
  /** Every usable token, refused or not, as of the last look. */
  known(): readonly string[];
  /** Each of them was tried again without success. */
  roundRefused(): void;
}

/** No pass: every token is refused, and it is too early to try again. */
export interface HeldBack {
  readonly heldBackMs: number;
}

/**
 * What one call may send, one token after the other and each at most once, so that every call comes
 * to an end. The pass must be ended, whatever happens.
 */
export class TokenPass {
  readonly #issuer: PassIssuer;
  readonly #probe: Probe | undefined;
  readonly #triesRefused: boolean;
  readonly #tried = new Set<string | undefined>();
  #token: string | undefined;

  constructor(issuer: PassIssuer, token: string | undefined, options: {
    /** The call tries on behalf of all others. */
    readonly probe?: Probe;
    /** Refused tokens are tried too. */
    readonly triesRefused: boolean;
  }) {
    this.#issuer = issuer;
    this.#token = token;
    this.#tried.add(token);
    this.#probe = options.probe;
    this.#triesRefused = options.triesRefused;
  }

  /** The token to send; none when the workspace has none. */
  get token(): string | undefined {
    return this.#token;
  }

  /** The platform answered 401. @returns whether there is another token to try, now `token` */
  async refused(): Promise<boolean> {
    const next = this.#token === undefined
      ? await this.#issuer.refresh()
      : await this.#issuer.refuse(this.#token);
    const untried = [next, ...(this.#triesRefused ? this.#issuer.known() : [])]
      .find((token) => token !== undefined && !this.#tried.has(token));
    if (untried === undefined) {
      if (this.#probe) this.#issuer.roundRefused();
      return false;
    }
    this.#token = untried;
    this.#tried.add(untried);
    return true;
  }

  /** The platform checked the token and accepted it. */
  accepted(): void {
    if (this.#token !== undefined) this.#issuer.accept(this.#token);
  }

  end(): void {
    this.#probe?.end();
  }
}
