import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TokenBucket } from "../../src/lib/token_bucket.ts";

const WINDOW_MS = 60_000;
const RATE = { burst: 300, perSecond: 4 };

Deno.test("fetches now and then never wait", () => {
  let nowMs = 1_000;
  const bucket = new TokenBucket(RATE, () => nowMs);
  for (let fetch = 0; fetch < 1_000; fetch++, nowMs += 250) assertEquals(bucket.take(), 0);
});

Deno.test("300 at once go through, the next ones come four a second", () => {
  const bucket = new TokenBucket(RATE, () => 0);
  const waits = Array.from({ length: 304 }, () => bucket.take());
  assertEquals(waits.slice(0, 300).every((wait) => wait === 0), true);
  assertEquals(waits.slice(300), [250, 500, 750, 1_000]);
});

Deno.test("after a quiet while the whole burst is there again, and no more", () => {
  let nowMs = 0;
  const bucket = new TokenBucket(RATE, () => nowMs);
  for (let fetch = 0; fetch < 300; fetch++) bucket.take();
  nowMs = 10 * WINDOW_MS;
  const waits = Array.from({ length: 301 }, () => bucket.take());
  assertEquals(waits.filter((wait) => wait === 0).length, 300);
});

Deno.test("no minute has more than 540 fetches, however they are asked for", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 200 })), { maxLength: 30 }),
    (bursts) => {
      let nowMs = 0;
      const bucket = new TokenBucket(RATE, () => nowMs);
      const madeAtMs: number[] = [];
      for (const [pauseMs, count] of bursts) {
        nowMs += pauseMs;
        for (let fetch = 0; fetch < count; fetch++) madeAtMs.push(nowMs + bucket.take());
      }
      madeAtMs.sort((a, b) => a - b);
      for (const [index, startMs] of madeAtMs.entries()) {
        const after = madeAtMs.findIndex((atMs) => atMs >= startMs + WINDOW_MS);
        const count = (after === -1 ? madeAtMs.length : after) - index;
        assert(count <= 540, `${count} in a minute`);
      }
    },
  ));
});

Deno.test("what is given back can be taken at once, but never more than the whole burst", () => {
  const bucket = new TokenBucket(RATE, () => 0);
  for (let fetch = 0; fetch < 302; fetch++) bucket.take();
  bucket.giveBack(10);
  const waits = Array.from({ length: 9 }, () => bucket.take());
  assertEquals(waits, [...Array.from({ length: 8 }, () => 0), 250]);
  bucket.giveBack(10_000);
  const burst = Array.from({ length: 301 }, () => bucket.take());
  assertEquals(burst.filter((wait) => wait === 0).length, 300);
});
