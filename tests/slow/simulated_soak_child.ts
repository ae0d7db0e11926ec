/**
 * The process of the soak test: files and heap are its own, and V8 collects when told. Writes what
 * it saw to stdout as JSON, a `SoakReport`.
 *
 * Usage: deno run --v8-flags=--expose-gc simulated_soak_child.ts HOURS
 *
 * @module
 */
import { FakeTime } from "../support/fake_time.ts";
import { Soak } from "./simulated_soak.ts";

const MINUTE_MS = 60_000;
const WARM_UP_MS = 10 * MINUTE_MS;
const SAMPLE_EVERY_MS = 5 * MINUTE_MS;
/** Timers that are due within so long of each other run in one go. */
const STEP_MS = 2_000;
/** In real time; a jump of ours that comes a little early does no harm here. */
const QUIET_MS = 0.5;

/** What must stay the same. */
export interface Sample {
  readonly timers: number;
  /** Open file descriptors; 0 where there is no /proc. */
  readonly descriptors: number;
  /** In use, after a collection. */
  readonly heapBytes: number;
}

/** What the process saw. */
export interface SoakReport {
  readonly samples: readonly Sample[];
  /** How many after the warm-up, by kind. */
  readonly requests: Readonly<Record<string, number>>;
  readonly sent: readonly string[];
  readonly received: readonly string[];
  readonly lines: readonly string[];
  readonly timersAfterEnd: number;
}

if (import.meta.main) console.log(JSON.stringify(await report(Number(Deno.args[0]))));

async function report(hours: number): Promise<SoakReport> {
  using time = new FakeTime({ quietMs: QUIET_MS });
  await using soak = await Soak.start();
  await time.run(WARM_UP_MS, STEP_MS);
  soak.requests.clear();
  const samples: Sample[] = [];
  for (let count = Math.round(hours * 60 * MINUTE_MS / SAMPLE_EVERY_MS); count > 0; count--) {
    await time.run(SAMPLE_EVERY_MS, STEP_MS);
    samples.push(sample(time));
  }
  const requests = Object.fromEntries(soak.requests);
  soak.stopSending();
  await time.run(WARM_UP_MS, STEP_MS);
  await time.until(soak.stop());
  const { sent, received, lines } = soak;
  return { samples, requests, sent, received, lines, timersAfterEnd: time.timers };
}

function sample(time: FakeTime): Sample {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") throw new Error("Expected --v8-flags=--expose-gc");
  collect();
  return {
    timers: time.timers,
    descriptors: Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/fd")].length : 0,
    heapBytes: Deno.memoryUsage().heapUsed,
  };
}
