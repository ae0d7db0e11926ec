/** Lets a loop sleep until its time comes or somebody wakes it; a wake-up is never missed. */
export class WakeSignal {
  #woken = false;
  #wake: (() => void) | undefined;

  /** Ends the current sleep, or the next one at once. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Forgets wake-ups so far: what they announced is about to be fetched. */
  clear(): void {
    this.#woken = false;
  }

  /**
   * Sleeps until the time is up or what it waits for is wanted. Whatever wakes it, the time is
   * reckoned anew.
   *
   * @param leftMs how long there is still to sleep
   */
  async until(
    { leftMs, isWanted }: { leftMs: () => number; isWanted: () => boolean },
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted && !isWanted()) {
      const durationMs = leftMs();
      if (durationMs <= 0) return;
      if (!await this.sleep(durationMs, signal)) return;
      this.clear();
    }
  }

  /** Sleeps; ends early when woken or when the signal fires. @returns whether it was woken */
  async sleep(durationMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#woken || signal.aborted) return this.#woken;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, durationMs)); // As in sleep.ts.
      signal.addEventListener("abort", done);
      this.#wake = done;
    });
    return this.#woken;
  }
}
