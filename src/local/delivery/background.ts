/**
 * Work that goes on after a request was answered: background sends, draining a queue.
 *
 * @module
 */

/** Runs background work and knows when it is done. */
export class Background {
  readonly #running = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];
  readonly #closing = new AbortController();

  /** Aborted when the platform closes. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Starts work; if it fails, {@linkcode close} reports the error. */
  run(work: (signal: AbortSignal) => Promise<void>): void {
    const task: Promise<void> = work(this.signal)
      .catch((error) => {
        if (!this.signal.aborted) this.#failures.push(error);
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Keeps an error of the platform itself for {@linkcode close} to report. */
  report(error: unknown): void {
    this.#failures.push(error);
  }

  /** Resolves when no work is left, including work that other work started. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Tells running work to end. */
  abort(): void {
    this.#closing.abort();
  }

  /** Aborts running work and waits for it to end. @throws AggregateError when work had failed */
  async close(): Promise<void> {
    this.abort();
    await this.idle();
    if (this.#failures.length > 0) {
      throw new AggregateError(this.#failures, "The local platform failed while it ran");
    }
  }
}
