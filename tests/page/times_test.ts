import { assertEquals } from "@std/assert";
import { size } from "../../src/page/text/sizes.ts";
import { ago, dayName, duration, timeOfDay } from "../../src/page/text/times.ts";

const NOW = new Date(2026, 10, 28, 12, 0, 0).getTime();
const before = (ms: number) => new Date(NOW - ms).toISOString();

Deno.test("how long ago something was, in words", () => {
  const minute = 60_000;
  const hour = 60 * minute;
  assertEquals(
    [-500, 9_000, 30_000, 2 * minute, 3 * hour, 25 * hour, 72 * hour].map((ms) =>
      ago(before(ms), NOW)
    ),
    ["just now", "just now", "30 s ago", "2 min ago", "3 h ago", "yesterday", "3 days ago"],
  );
  assertEquals([ago("x", NOW), timeOfDay("x")], ["at an unknown time", "unknown time"]);
});

Deno.test("days have names, and others their date", () => {
  const day = (...date: [number, number, number]) =>
    dayName(new Date(...date, 12).toISOString(), NOW);
  assertEquals(
    [day(2026, 10, 28), day(2026, 10, 27), day(2026, 10, 23), day(2025, 2, 2)],
    ["Today", "Yesterday", "Monday 23 November", "2 March 2025"],
  );
});

Deno.test("durations and sizes are short", () => {
  assertEquals([12, 1_234, 190_000].map(duration), ["12 ms", "1.2 s", "3 min"]);
  assertEquals(
    [0, 1, 999, 1_000, 999_999, 12_345_678, 2e9].map(size),
    ["0 bytes", "1 byte", "999 bytes", "1.0 KB", "1.0 MB", "12 MB", "2.0 GB"],
  );
});
