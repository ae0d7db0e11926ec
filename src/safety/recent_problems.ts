import { cutText } from "../lib/cut_text.ts";
import type { About } from "./repeated_troubles.ts";

const MAX_PROBLEMS = 5;
const MAX_LINE_LENGTH = 500;

/** A problem of this process, as `status` shows it. */
export interface RecentProblem {
  /** Without secrets. */
  readonly line: string;
  readonly count: number;
  /** When it was there last, and when it was over if it is: milliseconds since 1970. */
  readonly atMs: number;
  readonly overAtMs?: number;
}

/** The last few problems. One that comes again counts up, instead of pushing out the others. */
export class RecentProblems {
  readonly #byKey = new Map<string, RecentProblem & { readonly subject?: string }>();

  add(line: string, about?: About): void {
    const key = about ? `${about.subject}\n${about.kind ?? line}` : line;
    const count = (this.#byKey.get(key)?.count ?? 0) + 1;
    this.#byKey.delete(key);
    this.#byKey.set(key, {
      line: shortened(line),
      count,
      atMs: Date.now(),
      subject: about?.subject,
    });
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > MAX_PROBLEMS && oldest !== undefined) this.#byKey.delete(oldest);
  }

  /** @returns whether there was one */
  over(subject: string): boolean {
    const those = [...this.#byKey]
      .filter(([, problem]) => problem.subject === subject && problem.overAtMs === undefined);
    for (const [key, problem] of those) this.#byKey.set(key, { ...problem, overAtMs: Date.now() });
    return those.length > 0;
  }

  /** The newest first. */
  list(): readonly RecentProblem[] {
    return [...this.#byKey.values()].reverse();
  }
}

/** Ends with a whole word. */
function shortened(line: string): string {
  if (line.length <= MAX_LINE_LENGTH) return line;
  return `${cutText(line, MAX_LINE_LENGTH - 2).replace(/\s+\S*$/, "")} …`;
}
