import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoffMs, jittered } from "../../src/lib/backoff.ts";

Deno.test("pauses double from the first to the longest", () => {
  const backoff = { firstMs: 1_000, longestMs: 16_000 };
  assertEquals(
    [1, 2, 3, 4, 5, 6, 5_000].map((failures) => backoffMs(backoff, failures)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000],
  );
});

Deno.test("jitter stays within what it may take away and add", () => {
  assertEquals(jittered(1_000, { less: 0.25, more: 0.5 }, 0), 750);
  assertEquals(jittered(1_000, { less: 0.25 }, 0), 750);
  assertEquals(jittered(1_000, { more: 0.5 }, 0), 1_000);
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(part, part, random, (less, more, chance) => {
    const durationMs = jittered(1, { less, more }, chance);
    const rounding = 1e-12;
    assert(durationMs >= 1 - less - rounding && durationMs <= 1 + more + rounding);
  }));
});
