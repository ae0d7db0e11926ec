/** Tells each trouble once for as long as it lasts: the same every 20 s is one line, not a flood. */
export class Troubles {
  readonly #tell: (line: string) => void;
  /** What was told last, by topic. */
  readonly #told = new Map<string, string>();

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** Tells the line, unless it is the last one told about this topic. */
  tell(topic: string, line: string): void {
    if (this.#told.get(topic) === line) return;
    this.#told.set(topic, line);
    this.#tell(line);
  }

  /** The trouble is over: when it comes again it is told again. */
  over(topic: string): void {
    this.#told.delete(topic);
  }
}
