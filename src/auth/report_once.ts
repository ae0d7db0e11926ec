/** Takes a line for the user: one real problem, without any secret in it. */
export type Report = (line: string) => void;

/** Passes each different line on once, so that a problem met on every read is not told on every read. */
export class ReportOnce {
  readonly #report: Report;
  readonly #told = new Set<string>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Reports the line unless it was reported before. */
  tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#report(line);
  }
}
