/** How a client calls itself. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string;
}

interface Introduction {
  readonly client: ClientInfo;
  /** `initialize` has its answer. */
  answered: boolean;
  /** `notifications/initialized` came. */
  confirmed: boolean;
}

/** Claude Code registers its handler after the handshake: what comes before that is lost. */
const SETTLE_MS = 1_000;

/**
 * When a client can be told something it did not ask for: a moment after its handshake, of which
 * both halves must be over, the answer to `initialize` and `notifications/initialized` (MCP,
 * Lifecycle). A second `initialize` is another client: the one before is gone.
 */
export class Handshake {
  readonly #onClient: (client: ClientInfo, gone: AbortSignal) => void;
  readonly #settleMs: number;
  #current: Introduction | undefined;
  #gone = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onClient told once for each handshake; the signal fires when that client is gone
   * @param settleMs how long a client that is ready is still left alone
   */
  constructor(
    onClient: (client: ClientInfo, gone: AbortSignal) => void,
    settleMs: number = SETTLE_MS,
  ) {
    this.#onClient = onClient;
    this.#settleMs = settleMs;
  }

  /**
   * `initialize` came.
   *
   * @returns to be called when its answer is written
   */
  begin(client: ClientInfo): () => void {
    this.end();
    const current: Introduction = { client, answered: false, confirmed: false };
    this.#current = current;
    return () => {
      current.answered = true;
      this.#settle();
    };
  }

  /** `notifications/initialized` came. */
  confirm(): void {
    if (!this.#current || this.#current.confirmed) return;
    this.#current.confirmed = true;
    this.#settle();
  }

  /** The client is gone. */
  end(): void {
    // Deno loads its timers when one is first touched: 6 ms that no answer should wait for.
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#gone.abort();
    this.#gone = new AbortController();
    this.#current = undefined;
  }

  #settle(): void {
    const current = this.#current;
    if (!current?.answered || !current.confirmed || this.#timer !== undefined) return;
    const gone = this.#gone.signal;
    this.#timer = setTimeout(() => this.#onClient(current.client, gone), this.#settleMs);
  }
}
