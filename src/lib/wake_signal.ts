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
