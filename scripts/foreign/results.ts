/** What became of the tests of a run, as `deno test` tells it line by line. */

/** The tests of one folder. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A test's line: `./tests/lib/json_test.ts => its name ... ok (3ms)`; one file alone: its name only. */
const LINE = /^(?:\.\/(tests\/\S+) => )?(\S.*) \.\.\. (ok|FAILED|ignored)(?: \(\S+\))?$/;
/** What stands before the tests of one file alone. */
const FILE = /^running \d+ tests? from \.\/(tests\/\S+)$/;
/** A test file that could not even be run to its end. */
const BROKEN = /^Uncaught error from \.\/(tests\/\S+) FAILED$/;
/** How a test that is skipped says why (tests/support/test_unless.ts). */
const REASON = / \[skipped: (.+)\]$/;
const NO_REASON = "no reason is given";

/** Counts tests by folder, and skipped ones by reason. */
export class Results {
  readonly #folders = new Map<string, Counts>();
  readonly #reasons = new Map<string, number>();
  #file = "tests";

  /** Takes a line of output, which may be about something else. */
  take(line: string): void {
    const broken = BROKEN.exec(line)?.[1];
    if (broken !== undefined) this.#of(folderOf(broken)).failed++;
    this.#file = FILE.exec(line)?.[1] ?? this.#file;
    const [, path = this.#file, name = "", outcome] = LINE.exec(line) ?? [];
    // A step is a part of its test: `name ... its step ... ok`.
    if (outcome === undefined || name.includes(" ... ")) return;
    const counts = this.#of(folderOf(path));
    if (outcome === "ok") counts.passed++;
    else if (outcome === "FAILED") counts.failed++;
    else {
      counts.skipped++;
      const reason = REASON.exec(name)?.[1] ?? NO_REASON;
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
  }

  get total(): Readonly<Counts> {
    const total = { passed: 0, failed: 0, skipped: 0 };
    for (const counts of this.#folders.values()) {
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
    }
    return total;
  }

  /** A table by folder, and below it why tests were skipped, the most frequent reason first. */
  table(system: string): string {
    const rows = [...this.#folders].sort(([a], [b]) => a < b ? -1 : 1);
    const width = Math.max(system.length, ...rows.map(([folder]) => folder.length));
    const row = (name: string, cells: readonly (string | number)[]) =>
      [name.padEnd(width), ...cells.map((cell) => String(cell).padStart(8))].join("");
    const cellsOf = ({ passed, failed, skipped }: Counts) => [passed, failed, skipped];
    return [
      row(system, ["passed", "failed", "skipped"]),
      ...rows.map(([folder, counts]) => row(folder, cellsOf(counts))),
      row("together", cellsOf(this.total)),
      ...[...this.#reasons].sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => `${String(count).padStart(4)} skipped: ${reason}`),
    ].join("\n");
  }

  /** One line as `deno test` ends with, for whoever counts. */
  summary(isOk: boolean): string {
    const { passed, failed, skipped } = this.total;
    return `${isOk ? "ok" : "FAILED"} | ${passed} passed | ${failed} failed | ${skipped} ignored`;
  }

  #of(folder: string): Counts {
    const known = this.#folders.get(folder);
    if (known) return known;
    const counts = { passed: 0, failed: 0, skipped: 0 };
    this.#folders.set(folder, counts);
    return counts;
  }
}

/** `tests/lib` of `tests/lib/files/temp_file_test.ts`. */
function folderOf(path: string): string {
  return path.split("/").slice(0, path.split("/").length > 2 ? 2 : 1).join("/");
}
