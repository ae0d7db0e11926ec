/**
 * A map that holds no more than so many entries: of more, the one that was set longest ago is
 * forgotten. Setting a key anew makes it the youngest; reading it does not, for which the reader sets
 * it again. In iteration the oldest comes first.
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
