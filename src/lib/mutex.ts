/**
 * Runs pieces of asynchronous work one after the other, in the order they were asked for.
 *
 * Different keys do not wait for each other. A piece that fails does not stop the next one.
 */
export class Mutex {
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Runs `work` when every earlier piece of the same key has settled.
   *
   * @returns what `work` returns; its failure is the caller's alone.
   */
  run<T>(work: () => Promise<T>, key = ""): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const settled = turn.then(() => {}, () => {}) // The caller holds the failure, in `turn`.
      .then(() => {
        if (this.#last.get(key) === settled) this.#last.delete(key);
      });
    this.#last.set(key, settled);
    return turn;
  }
}
