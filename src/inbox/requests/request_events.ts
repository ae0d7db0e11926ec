import { withTimeout } from "../../lib/timeout.ts";

/** Tells those who wait that something happened to a request of one workspace. */
export class RequestEvents {
  #next = Promise.withResolvers<void>();

  /** Something happened. */
  happened(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers<void>();
    resolve();
  }

  /** Resolves at the next event, at the timeout, or when the signal fires. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    await withTimeout(this.#next.promise, timeoutMs, signal);
  }
}
