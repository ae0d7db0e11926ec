import { boundedInteger, type Bounds } from "../../lib/bounded_integer.ts";
import { textField } from "../../lib/json.ts";
import { isUuid } from "../../lib/uuid.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { BackwardScan } from "./backward_scan.ts";
import type { RowPages } from "./row_pages.ts";

/** As far back as the reference client fetches when it has no cursor. */
const FIRST_WINDOW_SECS = 600;
/** The clocks of this machine and the platform may differ. */
const CLOCK_MARGIN_SECS = 3_600;
/** The platform accepts at most 30 days. */
const WINDOW_SECS: Bounds = { min: FIRST_WINDOW_SECS, max: 2_592_000 };

/** Rows in order of arrival, and whether there may be more. */
export interface RowPage {
  readonly rows: readonly unknown[];
  readonly more: boolean;
}

/** The time from which rows are wanted: everything before it is handled. */
export interface Watermark {
  /** RFC 3339. */
  readonly handledUntil: string | undefined;
  /** Whether it is this machine's time; otherwise it is the platform's, whose clock may differ. */
  readonly byOwnClock: boolean;
}

/**
 * The next rows after a known one, oldest first (src/platform/API.md, "Read the activity log").
 *
 * @param wanted how many can be used
 * @throws {PlatformError} `isUnknownPosition` tells whether the platform does not know the row
 */
export async function rowsAfter(
  pages: RowPages,
  sinceId: string,
  signal: AbortSignal,
  wanted?: number,
): Promise<RowPage> {
  const { rows, full } = await pages.fetch({ sinceId }, signal, wanted);
  return { rows: full ? withoutLastInstant(rows) : rows, more: full };
}

/**
 * Whether the platform does not know the row: 410, or the 500 that a platform returns for an
 * invalid row id, such as one from a damaged cursor file (src/platform/API.md, "Read the activity
 * log").
 */
export function isUnknownPosition(error: unknown, position: string): boolean {
  if (!(error instanceof PlatformError)) return false;
  return error.kind === "gone" || (error.kind === "server" && !isUuid(position));
}

/**
 * The rows of a period, oldest first. The platform answers newest first and cuts long answers:
 * older rows are fetched page by page, so that none is missed. When a page fails, the next call
 * continues with that page; otherwise a long period could never be fetched while the platform fails
 * now and then. Rows newer than the first page are left to `rowsAfter`.
 *
 * @param watermark without a time, the last ten minutes are fetched, as the reference does
 * @param wanted how many of the newest can probably be used
 * @throws {PlatformError}
 */
export async function rowsSince(
  pages: RowPages,
  watermark: Watermark,
  now: Date,
  signal: AbortSignal,
  wanted?: number,
): Promise<RowPage> {
  const sinceSecs = windowSecs(watermark, now);
  const scan = pages.unfinished ??= new BackwardScan();
  const until = watermark.byOwnClock ? undefined : watermark.handledUntil;
  while (!scan.isOver) {
    const query = { sinceSecs, beforeTs: scan.beforeTs };
    const { rows, full } = await pages.fetch(query, signal, wanted);
    scan.add(rows, { full, until });
  }
  pages.unfinished = undefined;
  const rows = scan.oldestFirst;
  return { rows: scan.isCut ? withoutLastInstant(rows) : rows, more: scan.isCut };
}

/** The watermark before anything is received: as far back as the reference looks. */
export function initialWatermark(now: Date): Date {
  return new Date(now.getTime() - FIRST_WINDOW_SECS * 1000);
}

/** How many seconds to look back from this machine's `now`. */
export function windowSecs({ handledUntil, byOwnClock }: Watermark, now: Date): number {
  const handledMs = Date.parse(handledUntil ?? "");
  const ageSecs = Math.ceil((now.getTime() - handledMs) / 1000);
  const marginSecs = byOwnClock ? 0 : CLOCK_MARGIN_SECS;
  return boundedInteger(ageSecs + marginSecs, WINDOW_SECS) ?? FIRST_WINDOW_SECS;
}

/**
 * The rows without those that share the last one's time, unless all do. `since_id` leaves out other
 * rows of its row's microsecond (src/platform/API.md, "Read the activity log"), so a batch must not
 * be cut between such rows.
 */
function withoutLastInstant(rows: readonly unknown[]): readonly unknown[] {
  const last = textField(rows.at(-1), "created_at");
  if (last === undefined) return rows;
  const end = rows.findLastIndex((row) => textField(row, "created_at") !== last);
  return end === -1 ? rows : rows.slice(0, end + 1);
}
