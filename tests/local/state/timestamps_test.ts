import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Clock, formatTimestamp, parseTimestamp } from "../../../src/local/state/timestamps.ts";

const micros = fc.integer({ min: 0, max: Date.UTC(2200, 0) * 1_000 });

Deno.test("timestamps: what was formatted is parsed back to the same microsecond", () => {
  fc.assert(fc.property(micros, (time) => {
    assertEquals(parseTimestamp(formatTimestamp(time)), time);
  }));
});

Deno.test("timestamps: are RFC 3339 in UTC without trailing zeros", () => {
  assertEquals(formatTimestamp(Date.UTC(2026, 4, 4, 10, 11, 12) * 1e3), "2026-05-04T10:11:12Z");
  assertEquals(
    formatTimestamp(Date.UTC(2026, 4, 4, 10, 11, 12) * 1e3 + 500_000),
    "2026-05-04T10:11:12.5Z",
  );
});

Deno.test("timestamps: offsets and nanoseconds are understood", () => {
  const expected = Date.UTC(2026, 4, 4, 10, 11, 12) * 1e3 + 123_456;
  assertEquals(parseTimestamp("2026-05-04T12:11:12.123456789+02:00"), expected);
});

for (const text of ["yesterday", "2026-05-04", "2026-05-04T10:11:12", "2026-13-04T10:11:12Z", ""]) {
  Deno.test(`timestamps: ${JSON.stringify(text)} is none`, () => {
    assertEquals(parseTimestamp(text), null);
  });
}

Deno.test("timestamps: stamps are strictly increasing, even when the clock stands or goes back", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (times) => {
    let nowMs = 0;
    const clock = new Clock(() => nowMs);
    let last = 0;
    for (const time of times) {
      nowMs = time;
      const stamp = clock.stamp();
      assert(stamp > last);
      last = stamp;
    }
  }));
});
