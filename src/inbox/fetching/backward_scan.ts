import { textField } from "../../lib/json.ts";
import { isBefore, oneMicrosecondLater } from "../state/row_time.ts";

/** The page limit: far more unread rows than the platform retains. */
const MAX_PAGES = 1_000;
/** How many rows are kept, the oldest; newer rows are fetched again after them. */
const MAX_KEPT_ROWS = 1_000;

/** A fetch by time: back through the log, page by page from the newest row on. */
export class BackwardScan {
  #newestFirst: unknown[] = [];
  readonly #seenIds = new Set<string>();
  #pages = 0;
  #beforeTs: string | undefined;
  #isCut = false;
  #isOver = false;

  /** Where the next page ends; `undefined` for the newest. */
  get beforeTs(): string | undefined {
    return this.#beforeTs;
  }

  /** Nothing older is left or wanted. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** There are newer rows than those kept. */
  get isCut(): boolean {
    return this.#isCut;
  }

  get oldestFirst(): readonly unknown[] {
    return this.#newestFirst.toReversed();
  }

  /**
   * Adds the next page, newest row first.
   *
   * @param page.until older rows are not wanted, in the platform's time
   */
  add(
    rows: readonly unknown[],
    page: { readonly full: boolean; readonly until: string | undefined },
  ): void {
    const fresh = rows.filter((row) => !this.#seenIds.has(idOf(row)));
    for (const row of fresh) this.#seenIds.add(idOf(row));
    this.#newestFirst.push(...fresh);
    if (this.#newestFirst.length > MAX_KEPT_ROWS) {
      this.#isCut = true;
      this.#newestFirst = this.#newestFirst.slice(-MAX_KEPT_ROWS);
    }
    this.#pages += 1;
    const oldest = textField(rows.at(-1), "created_at");
    // Two answers in a row with nothing new come from a platform that does not know `before_ts`.
    const isRepeated = fresh.length === 0 && this.#beforeTs === oldest;
    const isFarEnough = oldest === undefined ||
      (page.until !== undefined && isBefore(oldest, page.until));
    this.#isOver = !page.full || isFarEnough || isRepeated || this.#pages === MAX_PAGES;
    if (oldest === undefined) return;
    // `before_ts` is exclusive: a row of the same microsecond may be on the next page.
    this.#beforeTs = fresh.length > 0 ? oneMicrosecondLater(oldest) : oldest;
  }
}

function idOf(row: unknown): string {
  return textField(row, "id") ?? "";
}
