/** What is left of an amount that many share, each under an id of its own. */
export class Budget {
  readonly #amounts = new Map<string, number>();
  readonly #most: number;
  #total = 0;

  /** @param most For all of them together */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the amounts are more than there is. */
  get isExceeded(): boolean {
    return this.#total > this.#most;
  }

  /** Whether this can be taken on top of what the id has. */
  hasRoomFor(amount: number): boolean {
    return this.#total + amount <= this.#most;
  }

  /** Adds to what the id has, whether or not there is as much. */
  take(id: string, amount: number): void {
    this.#amounts.set(id, (this.#amounts.get(id) ?? 0) + amount);
    this.#total += amount;
  }

  /** Gives back what the id has. @returns How much that was */
  release(id: string): number {
    const amount = this.#amounts.get(id) ?? 0;
    this.#amounts.delete(id);
    this.#total -= amount;
    return amount;
  }
}

/** About how much a row takes: the UTF-16 units of its JSON. */
export function unitsOf(row: object): number {
  return JSON.stringify(row).length;
}
