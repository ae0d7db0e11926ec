import { listActivity } from "../platform/activity.ts";
import type { PlatformClient } from "../platform/client.ts";
import { textField } from "../platform/json.ts";

/** The platform's own limit for one answer (platform-api 11.1). */
const PAGE_ROWS = 500;
/** What the reference fetches when it has no cursor. */
const FIRST_WINDOW_SECS = 600;
/** Clocks of this machine and the platform may differ. */
const CLOCK_MARGIN_SECS = 3_600;
/** 30 days, the most that the platform takes. */
const MAX_WINDOW_SECS = 2_592_000;
/** Pages of one fetch by time: far above what the retention of the platform can hold unread. */
const MAX_PAGES = 200;

/** Rows in order of arrival, and whether there may be more. */
export interface RowPage {
  readonly rows: readonly unknown[];
  readonly more: boolean;
}

/**
 * The next rows after a known one, oldest first (platform-api 11.1).
 *
 * @throws {PlatformError} kind `gone` when the platform does not know the row (any more)
 */
export async function rowsAfter(
  client: PlatformClient,
  sinceId: string,
  signal: AbortSignal,
): Promise<RowPage> {
  const rows = await listActivity(
    client,
    { type: "a2a_receive", sinceId, limit: PAGE_ROWS, includePeerInfo: true },
    signal,
  );
  return { rows, more: rows.length >= PAGE_ROWS };
}

/**
 * All rows of a stretch of time, oldest first. The platform answers newest first and cuts at 500
 * rows: the older ones are fetched page by page, so that none is missed.
 *
 * @param handledUntil RFC 3339; without it the last ten minutes, as the reference does
 * @throws {PlatformError}
 */
export async function rowsSince(
  client: PlatformClient,
  handledUntil: string | undefined,
  now: Date,
  signal: AbortSignal,
): Promise<RowPage> {
  const sinceSecs = windowSecs(handledUntil, now);
  const newestFirst: unknown[] = [];
  const known = new Set<string>();
  let beforeTs: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const rows = await listActivity(client, {
      type: "a2a_receive",
      sinceSecs,
      limit: PAGE_ROWS,
      includePeerInfo: true,
      ...(beforeTs !== undefined && { beforeTs }),
    }, signal);
    const fresh = rows.filter((row) => {
      const id = textField(row, "id");
      return id === undefined || !known.has(id);
    });
    for (const row of fresh) known.add(textField(row, "id") ?? "");
    newestFirst.push(...fresh);
    const oldest = textField(rows.at(-1), "created_at");
    if (rows.length < PAGE_ROWS || fresh.length === 0 || oldest === undefined) break;
    // `before_ts` is exclusive: a row of the same microsecond may stand on the next page.
    beforeTs = oneMicrosecondLater(oldest);
  }
  return { rows: newestFirst.reverse(), more: false };
}

/** Seconds to look back; `handledUntil` is the platform's time, `now` this machine's. */
export function windowSecs(handledUntil: string | undefined, now: Date): number {
  const handledMs = handledUntil === undefined ? NaN : Date.parse(handledUntil);
  if (Number.isNaN(handledMs)) return FIRST_WINDOW_SECS;
  const ageSecs = Math.ceil((now.getTime() - handledMs) / 1000);
  return Math.min(
    Math.max(FIRST_WINDOW_SECS, ageSecs + CLOCK_MARGIN_SECS),
    MAX_WINDOW_SECS,
  );
}

/** The time plus a microsecond, with its digits kept: Date knows milliseconds only. */
export function oneMicrosecondLater(time: string): string {
  const match = /^(.*:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/.exec(time);
  if (!match) return time;
  const [, seconds = "", fraction = "", zone = "Z"] = match;
  const micros = Number(fraction.padEnd(6, "0").slice(0, 6)) + 1;
  if (micros < 1_000_000) return `${seconds}.${String(micros).padStart(6, "0")}${zone}`;
  return new Date(Date.parse(`${seconds}${zone}`) + 1000).toISOString();
}
