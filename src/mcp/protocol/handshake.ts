/** What a client calls itself. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string;
}

interface Introduction {
  readonly client: ClientInfo;
  /** `initialize` has been answered. */
  answered: boolean;
  /** `notifications/initialized` has arrived. */
  confirmed: boolean;
}

/** Claude Code registers its handler after the handshake: anything sent before that is lost. */
const SETTLE_MS = 1_000;

/**
 * Knows when a client can be sent something that it did not ask for: a moment after both halves of
 * its handshake, the answer to `initialize` and `notifications/initialized` (MCP, Lifecycle). A
 * second `initialize` means a new client: the one before is gone.
 */
export class Handshake {
  readonly #onClient: (client: ClientInfo, gone: AbortSignal) => void;
  readonly #settleMs: number;
  #current: Introduction | undefined;
  #gone = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onClient called once for each handshake; the signal fires when that client is gone
   * @param settleMs how long to wait after the handshake before calling it
   */
  constructor(
    onClient: (client: ClientInfo, gone: AbortSignal) => void,
    settleMs: number = SETTLE_MS,
  ) {
    this.#onClient = onClient;
    this.#settleMs = settleMs;
  }

  /**
   * `initialize` has arrived.
   *
   * @returns a function to call when its answer is written
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

  /** `notifications/initialized` has arrived. */
  confirm(): void {
    if (!this.#current || this.#current.confirmed) return;
    this.#current.confirmed = true;
    this.#settle();
  }

  /** The client is gone. */
  end(): void {
    // Deno loads its timers on first use: 6 ms that no answer should wait for.
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
