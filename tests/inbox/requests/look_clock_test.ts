import { assertEquals } from "@std/assert";
import { LookClock } from "../../../src/inbox/requests/look_clock.ts";
import type { LookOutcome } from "../../../src/inbox/requests/look_schedule.ts";
import { FakeTime } from "../../support/fake_time.ts";

type Event = "wanted" | "streamBegan" | "streamEnded" | "an agent waits";

/**
 * When looks are made until the end; nothing but the outcome and these events decides.
 *
 * @param events each with its second
 */
async function looks(
  endSecs: number,
  events: readonly (readonly [atSecs: number, event: Event])[],
  { outcome = {}, random = 0, workspaceCount = 1 }: {
    outcome?: Partial<LookOutcome>;
    random?: number;
    workspaceCount?: number;
  } = {},
): Promise<number[]> {
  using time = new FakeTime();
  let streaming = false;
  let waiting = false;
  const clock = new LookClock({
    conditions: () => ({ streaming, waiting }),
    workspaceCount,
    random: () => random,
    now: () => time.elapsedMs,
  });
  const stop = new AbortController();
  const made: number[] = [];
  const running = (async () => {
    await clock.first(stop.signal);
    while (!stop.signal.aborted) {
      made.push(time.elapsedMs / 1000);
      const nothing = { foundNothing: true, failures: 0, missing: false };
      await clock.next({ ...nothing, ...outcome }, stop.signal);
    }
  })();
  for (const [atSecs, event] of [...events, [endSecs, "end"] as const]) {
    await time.run(atSecs * 1000 - time.elapsedMs);
    if (event === "end") break;
    if (event === "an agent waits") waiting = true;
    else {
      if (event !== "wanted") streaming = event === "streamBegan";
      clock[event]();
    }
  }
  stop.abort();
  await running;
  return made;
}

Deno.test("the first look comes with the stream, or after three seconds without one", async () => {
  assertEquals(await looks(10, [[1, "streamBegan"]]), [1]);
  assertEquals(await looks(10, []), [3]);
  assertEquals(await looks(10, [[2, "wanted"]]), [2]);
});

Deno.test("later ones come every five minutes with the stream, every minute without", async () => {
  assertEquals(await looks(700, [[1, "streamBegan"]]), [1, 301, 601]);
  assertEquals(await looks(130, []), [3, 63, 123]);
});

Deno.test("the pace changes at once with the stream's end, and with an agent that waits", async () => {
  assertEquals(await looks(130, [[1, "streamBegan"], [11, "streamEnded"]]), [1, 61, 121]);
  // Only at the next look: nothing has to come sooner because somebody waits.
  assertEquals(await looks(95, [[4, "an agent waits"]]), [3, 63, 78, 93]);
});

Deno.test("a stream that begins anew causes a look within five seconds, spread by chance", async () => {
  const events = [[1, "streamBegan"], [20, "streamEnded"], [30, "streamBegan"]] as const;
  assertEquals(await looks(50, events), [1, 30]);
  assertEquals(await looks(50, events, { random: 0.5 }), [1, 32.5]);
  // A hundred workspaces of one process take longer, also for their first look.
  const many = { random: 0.5, workspaceCount: 101 };
  const later = [[1, "streamBegan"], [40, "streamEnded"], [50, "streamBegan"]] as const;
  assertEquals(await looks(90, later, many), [33.5, 82.5]);
});

Deno.test("where there are no requests, a stream that begins anew causes none, an event does", async () => {
  const outcome = { missing: true };
  const events = [[1, "streamBegan"], [20, "streamEnded"], [30, "streamBegan"]] as const;
  assertEquals(await looks(100, events, { outcome }), [1]);
  assertEquals(await looks(100, [...events, [40, "wanted"]], { outcome }), [1, 40]);
});

Deno.test("an event causes a look at once; many that bring nothing cause fewer and fewer", async () => {
  const start = [1, "streamBegan"] as const;
  assertEquals(await looks(30, [start, [10, "wanted"], [20, "wanted"]]), [1, 10, 20]);
  const flood = Array.from({ length: 200 }, (_, at) => [10 + at / 10, "wanted"] as const);
  const outcome = { foundNothing: true };
  assertEquals(
    await looks(31, [start, ...flood], { outcome }),
    [1, 10, 10.6, 11.8, 14.2, 19, 28.6],
  );
  const found = await looks(12, [start, ...flood], { outcome: { foundNothing: false } });
  assertEquals(found.slice(0, 4), [1, 10, 10.3, 10.6]);
});
