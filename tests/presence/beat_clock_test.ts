import { assertEquals } from "@std/assert";
import { BeatClock } from "../../src/presence/beat_clock.ts";
import { FakeTime } from "../support/fake_time.ts";

const INTERVAL_MS = 20_000;

/** The times of the beats of a clock that runs until the end; asked for more of them at these times. */
async function beats(
  endMs: number,
  soonAtMs: readonly number[],
  { phase = 1 } = {},
): Promise<{ due: number[]; asked: number[] }> {
  using time = new FakeTime();
  const nowMs = () => time.elapsedMs;
  const clock = new BeatClock(INTERVAL_MS, phase, nowMs);
  const stop = new AbortController();
  const due: number[] = [];
  const asked: number[] = [];
  clock.start();
  const running = (async () => {
    while (!stop.signal.aborted) {
      due.push(nowMs());
      await clock.next(stop.signal, () => {
        asked.push(nowMs());
        return Promise.resolve();
      });
    }
  })();
  for (const atMs of [...soonAtMs, endMs]) {
    await time.run(atMs - nowMs());
    if (atMs !== endMs) clock.soon();
  }
  stop.abort();
  await running;
  return { due, asked };
}

Deno.test("beats come on a grid, whose phase is chosen", async () => {
  assertEquals((await beats(50_000, [])).due, [0, 20_000, 40_000]);
  assertEquals((await beats(50_000, [], { phase: 0.25 })).due, [0, 5_000, 25_000, 45_000]);
});

Deno.test("one that is wanted soon comes soon, and leaves the grid as it is", async () => {
  assertEquals(await beats(50_000, [3_000, 21_000]), {
    due: [0, 20_000, 40_000],
    asked: [3_300, 21_300],
  });
});

Deno.test("many that are wanted at once are one", async () => {
  const atOnce = [3_000, 3_000, 3_100, 3_299];
  assertEquals((await beats(30_000, atOnce)).asked, [3_300]);
});

Deno.test("one that is wanted just before the next of the grid is that one", async () => {
  assertEquals(await beats(30_000, [19_900]), { due: [0, 20_200], asked: [] });
});
