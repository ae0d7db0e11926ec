/**
 * A map with a bound on its entries: when there are more, the one that was set longest ago is
 * forgotten. Setting a key again makes it the youngest; reading it does not (a reader that wants that
 * sets it again). Iteration begins with the oldest.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    super();
    this.#maxEntries = maxEntries;
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.#maxEntries) break;
      this.delete(oldest);
    }
    return this;
  }
}
