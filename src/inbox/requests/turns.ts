/** An order in which everybody has a turn: those whose last one is longest ago come first. */
export class Turns {
  readonly #tookAt = new Map<string, number>();
  #turns = 0;

  /** Those of no turn yet first, in the order in which they are given. */
  inOrder(ids: Iterable<string>): string[] {
    const tookAt = (id: string) => this.#tookAt.get(id) ?? 0;
    return [...ids].sort((one, other) => tookAt(one) - tookAt(other));
  }

  /** One has its turn. */
  took(id: string): void {
    this.#tookAt.set(id, ++this.#turns);
  }

  /** Forgets all others. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#tookAt.keys()) if (!ids.has(id)) this.#tookAt.delete(id);
  }
}
