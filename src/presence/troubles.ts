/** Tells each trouble once for as long as it lasts: the same every 20 s is one line, not a flood. */
export class Troubles {
  readonly #tell: (line: string) => void;
  /** The kinds that were told, by topic. */
  readonly #told = new Map<string, Set<string>>();

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /**
   * Tells the line, unless one of its kind was told since the topic was last over.
   *
   * @param kind what is the same each time where the line itself may differ, such as the status
   */
  tell(topic: string, kind: string, line: string): void {
    const told = this.#told.get(topic) ?? new Set();
    if (told.has(kind)) return;
    this.#told.set(topic, told.add(kind));
    this.#tell(line);
  }

  /** The trouble is over: when it comes again it is told again. */
  over(topic: string): void {
    this.#told.delete(topic);
  }
}
