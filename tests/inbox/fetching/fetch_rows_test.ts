import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  initialWatermark,
  isUnknownPosition,
  type RowPage,
  rowsAfter,
  rowsSince,
  windowSecs,
} from "../../../src/inbox/fetching/fetch_rows.ts";
import { RowPages } from "../../../src/inbox/fetching/row_pages.ts";
import { oneMicrosecondLater } from "../../../src/inbox/state/row_time.ts";
import {
  PlatformError,
  type PlatformErrorKind,
} from "../../../src/platform/errors/platform_error.ts";
import { textField } from "../../../src/lib/json.ts";
import { type MadeUpRow, madeUpRow, serveRows } from "../made_up_log.ts";
import { InboxHarness } from "../inbox_harness.ts";

const NOW = new Date("2026-05-04T12:00:00Z");
const NO_START = { handledUntil: undefined, byOwnClock: false };

Deno.test("without a cursor the last ten minutes are asked for, oldest first in the end", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b", "c");
  const page = await rowsSince(new RowPages(harness.client), NO_START, NOW, harness.signal);
  assertEquals(ids(page), harness.platform.activity(harness.id).map(({ id }) => id));
  assertEquals(page.more, false);
  assertEquals(harness.fetches.map(({ query }) => query), [
    { since_secs: "600", limit: "500", include: "peer_info" },
  ]);
});

Deno.test("behind a known row only since_id is asked for, in the platform's order", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b", "c");
  const [first, ...others] = harness.platform.activity(harness.id);
  assert(first);
  const page = await rowsAfter(new RowPages(harness.client), first.id, harness.signal);
  assertEquals(ids(page), others.map(({ id }) => id));
  assertEquals(page.more, false);
  assertEquals(harness.fetches.map(({ query }) => query), [
    { since_id: first.id, limit: "500", include: "peer_info" },
  ]);
});

Deno.test("by time, more rows than an answer takes are fetched page by page", async () => {
  await using harness = await InboxHarness.start();
  const rows = Array.from({ length: 999 }, (_, index) => madeUpRow(index));
  serveRows(harness, rows);
  assertEquals(await allSince(harness), rows.map(({ id }) => id));
});

Deno.test("by time, rows of one microsecond are not lost where a page ends", async () => {
  await using harness = await InboxHarness.start();
  // 64 rows of one transaction, right across the border of the first page.
  const rows = Array.from(
    { length: 560 },
    (_, index) => madeUpRow(index, index >= 30 && index < 94 ? 30 : index),
  );
  serveRows(harness, rows);
  assertEquals(new Set(await allSince(harness)), new Set(rows.map(({ id }) => id)));
});

Deno.test("behind a row, rows of one microsecond are not lost where an answer ends", async () => {
  await using harness = await InboxHarness.start();
  const rows = Array.from(
    { length: 560 },
    (_, index) => madeUpRow(index, index >= 490 && index < 520 ? 490 : index),
  );
  serveRows(harness, rows);
  const found = await allAfter(harness, rows[0]);
  assertEquals(found, rows.slice(1).map(({ id }) => id));
});

Deno.test("a full answer of one instant, or of rows without a time, is given whole", async () => {
  await using harness = await InboxHarness.start();
  const oneInstant = Array.from({ length: 500 }, (_, index) => madeUpRow(index, 7));
  const noTimes = oneInstant.map(({ id }) => ({ id }));
  for (const rows of [oneInstant, noTimes]) {
    const stop = harness.platform.faults.use(() => Response.json(rows));
    const page = await rowsAfter(new RowPages(harness.client), "x", harness.signal);
    stop();
    assertEquals([ids(page).length, page.more], [500, true]);
  }
});

Deno.test("any number of rows, times and limits: every row is there once, in order", async () => {
  await using harness = await InboxHarness.start();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 100, max: 500 }),
      async (groups, maxRows) => {
        let micros = 0;
        const rows = groups.flatMap((size) => {
          micros += 1;
          return Array.from({ length: size }, () => micros);
        }).map((time, index) => madeUpRow(index, time));
        const stop = serveRows(harness, rows, { maxRows });
        const found = await allSince(harness);
        stop();
        assertEquals(found, rows.map(({ id }) => id));
      },
    ),
    { numRuns: 15 },
  );
});

Deno.test("a very long stretch comes in parts: the oldest rows first, the newer ones after them", async () => {
  await using harness = await InboxHarness.start();
  // Groups of one microsecond, so that every border stands within one.
  const rows = Array.from(
    { length: 2_600 },
    (_, index) => madeUpRow(index, Math.floor(index / 7)),
  );
  serveRows(harness, rows);
  const first = await rowsSince(new RowPages(harness.client), NO_START, NOW, harness.signal);
  assert(first.more && first.rows.length <= 1_000, `${first.rows.length} rows at once`);
  assertEquals(await allSince(harness), rows.map(({ id }) => id));
});

Deno.test("a stretch whose pages fail now and then is fetched in the end, each page once", async () => {
  await using harness = await InboxHarness.start();
  const rows = Array.from({ length: 700 }, (_, index) => madeUpRow(index));
  let calls = 0;
  // Every second request fails.
  harness.platform.faults.use(() =>
    calls++ % 2 === 0 ? new Response("", { status: 502 }) : undefined
  );
  serveRows(harness, rows);
  const pages = new RowPages(harness.client);
  let page: RowPage | undefined;
  while (!page) {
    page = await rowsSince(pages, NO_START, NOW, harness.signal).catch(() => undefined);
    assert(calls < 20, "it begins anew each time");
  }
  assertEquals(ids(page), rows.map(({ id }) => id));
});

Deno.test("what is older than the handled row is not fetched, however wide the window", async () => {
  await using harness = await InboxHarness.start();
  const rows = Array.from({ length: 2_600 }, (_, index) => madeUpRow(index));
  serveRows(harness, rows);
  const handled = rows[2_300];
  assert(handled);
  const start = { handledUntil: handled.created_at, byOwnClock: false };
  const page = await rowsSince(new RowPages(harness.client), start, NOW, harness.signal);
  assertEquals(harness.fetches.length, 1);
  assertEquals(ids(page).slice(-299), rows.slice(-299).map(({ id }) => id));
});

Deno.test("a platform that knows no before_ts is not asked without end", async () => {
  await using harness = await InboxHarness.start();
  const rows = Array.from({ length: 500 }, (_, index) => madeUpRow(index)).reverse();
  harness.platform.faults.use(() => Response.json(rows));
  const page = await rowsSince(new RowPages(harness.client), NO_START, NOW, harness.signal);
  assertEquals(page.rows.length, 500);
  assertEquals(harness.fetches.length, 3);
});

Deno.test("only an answer about the position says that the platform does not know it", () => {
  const uuid = madeUpRow(1).id;
  const isUnknown = (kind: PlatformErrorKind, position: string) =>
    isUnknownPosition(new PlatformError(kind, "x", { maybeDelivered: false }), position);
  assert(isUnknown("gone", uuid) && isUnknown("gone", "damaged"));
  assert(isUnknown("server", "damaged"), "a 500 for what is no id");
  assert(!isUnknown("server", uuid), "a platform in trouble");
  assert(!isUnknown("unreachable", "damaged") && !isUnknown("unauthorized", uuid));
  assert(!isUnknownPosition(new TypeError("a fault of the program"), "damaged"));
});

Deno.test("the window reaches back to the handled row, with an hour to spare and at most 30 days", () => {
  const secs = (handledUntil?: string) => windowSecs({ handledUntil, byOwnClock: false }, NOW);
  assertEquals(secs(), 600);
  assertEquals(secs("no time"), 600);
  assertEquals(secs("2026-05-04T11:00:00.123456Z"), 3_600 + 3_600);
  assertEquals(secs("2026-05-01T12:00:00Z"), 3 * 86_400 + 3_600);
  assertEquals(secs("2026-01-01T00:00:00Z"), 2_592_000);
  assertEquals(secs("2026-05-04T14:00:00Z"), 600, "the platform's clock goes ahead");
});

Deno.test("before a first row the window stays where it began, ten minutes before the start", () => {
  const handledUntil = initialWatermark(NOW).toISOString();
  const later = (secs: number) =>
    windowSecs({ handledUntil, byOwnClock: true }, new Date(NOW.getTime() + secs * 1000));
  assertEquals([later(0), later(5), later(86_400)], [600, 605, 87_000]);
  assertEquals(later(-3_600), 600, "the clock was put back");
});

Deno.test("one microsecond later keeps the digits and carries over", () => {
  const later = (fraction: string) => oneMicrosecondLater(`2026-05-04T10:11:12${fraction}Z`);
  assertEquals(later(""), "2026-05-04T10:11:12.000001Z");
  assertEquals(later(".1"), "2026-05-04T10:11:12.100001Z");
  assertEquals(later(".000009"), "2026-05-04T10:11:12.000010Z");
  assertEquals(later(".123456789"), "2026-05-04T10:11:12.123457Z");
  assertEquals(later(".999999"), "2026-05-04T10:11:13.000Z");
  assertEquals(
    oneMicrosecondLater("2026-12-31T23:59:59.999999+00:00"),
    "2027-01-01T00:00:00.000Z",
  );
  for (const odd of ["", "yesterday", "2026-99-99T10:11:12.999999Z"]) {
    assertEquals(oneMicrosecondLater(odd), odd);
  }
});

Deno.test("one microsecond later is later by a microsecond, for any time", () => {
  const micros = fc.integer({ min: 0, max: 4e15 });
  fc.assert(fc.property(micros, (time) => {
    assertEquals(microsOf(oneMicrosecondLater(rfc3339(time))), time + 1);
  }));
});

/** Everything that a fetch by time and the fetches after it bring. */
async function allSince(harness: InboxHarness): Promise<string[]> {
  const pages = new RowPages(harness.client);
  return await followed(harness, pages, await rowsSince(pages, NO_START, NOW, harness.signal));
}

async function allAfter(harness: InboxHarness, row: MadeUpRow | undefined): Promise<string[]> {
  const pages = new RowPages(harness.client);
  return await followed(harness, pages, await rowsAfter(pages, row?.id ?? "", harness.signal));
}

async function followed(harness: InboxHarness, pages: RowPages, first: RowPage): Promise<string[]> {
  const found = ids(first);
  for (let page = first; page.more;) {
    page = await rowsAfter(pages, found.at(-1) ?? "", harness.signal);
    found.push(...ids(page));
  }
  return found;
}

function ids({ rows }: RowPage): string[] {
  return rows.map((row) => textField(row, "id") ?? "");
}

function rfc3339(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1e6).padStart(6, "0")}Z`;
}

function microsOf(time: string): number {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0"));
}
