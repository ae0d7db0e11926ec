/**
 * A long stretch of simulated time: 20 workspaces in one process, with presence and inbox, against a
 * platform with the real rate limit. An hour in the suite; a day, with figures:
 *
 *     MOLECULE_SOAK_HOURS=24 deno task test tests/inbox/soak_test.ts
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { FakeTime } from "../support/fake_time.ts";
import { Soak, WORKSPACES } from "./soak.ts";

const HOURS = Number(Deno.env.get("MOLECULE_SOAK_HOURS") ?? "1");
const MINUTE_MS = 60_000;
const WARM_UP_MS = 10 * MINUTE_MS;
const SAMPLE_EVERY_MS = 5 * MINUTE_MS;
/** Timers that are due within so long of each other run in one go. */
const STEP_MS = 2_000;
/** In real time; a jump of ours that comes a little early does no harm here. */
const QUIET_MS = 0.5;
/** Messages and other things of the platform's that it keeps. */
const HEAP_TOLERANCE_BYTES = 2 * 1024 * 1024;
/**
 * Test files that run at the same time share the process, and so its descriptors. One that is lost
 * by each workspace every five minutes is more than this.
 */
const DESCRIPTOR_TOLERANCE = 200;
/** Where nobody can ask V8 to collect (Deno 2.6), the heap in use is a guess. */
const UNCOLLECTED_TOLERANCE_BYTES = 64 * 1024 * 1024;

/** What must stay the same. */
interface Sample {
  readonly timers: number;
  /** Open file descriptors; 0 where there is no /proc. */
  readonly descriptors: number;
  /** In use. */
  readonly heapBytes: number;
}

Deno.test(`${WORKSPACES} workspaces for ${HOURS} simulated hour(s): memory, timers and files stay flat`, async () => {
  const startedAtMs = performance.now();
  const { samples, soak } = await run();
  const third = Math.ceil(samples.length / 3);
  const first = middle(samples.slice(0, third));
  const last = middle(samples.slice(-third));
  if (HOURS > 1) console.log(figures(samples, first, last, soak, performance.now() - startedAtMs));

  assertEquals(soak.lines, [], "nothing to complain about, no 429 among it");
  assertEquals([...soak.received].sort(), [...soak.sent].sort());
  assertEquals(last.timers, first.timers, "timers");
  const opened = last.descriptors - first.descriptors;
  assert(opened < DESCRIPTOR_TOLERANCE, `${opened} more open file descriptors`);
  const grownBytes = last.heapBytes - first.heapBytes;
  const tolerance = collector() ? HEAP_TOLERANCE_BYTES : UNCOLLECTED_TOLERANCE_BYTES;
  assert(grownBytes < tolerance, `the heap grew by ${grownBytes} bytes`);
  const fetches = (soak.requests.get("activity") ?? 0) / HOURS / WORKSPACES;
  assert(fetches <= 720, `${fetches} fetches an hour and workspace`);
});

async function run(): Promise<{ samples: Sample[]; soak: Soak }> {
  using time = new FakeTime({ quietMs: QUIET_MS });
  await using soak = await Soak.start();
  await time.run(WARM_UP_MS, STEP_MS);
  soak.requests.clear();
  const samples: Sample[] = [];
  for (let count = Math.round(HOURS * 60 * MINUTE_MS / SAMPLE_EVERY_MS); count > 0; count--) {
    await time.run(SAMPLE_EVERY_MS, STEP_MS);
    samples.push(sample(time));
  }
  soak.stopSending();
  await time.run(WARM_UP_MS, STEP_MS);
  await time.until(soak.stop());
  assertEquals(time.timers, 0, "timers after the end");
  return { samples, soak };
}

function sample(time: FakeTime): Sample {
  collector()?.();
  return {
    timers: time.timers,
    descriptors: Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/fd")].length : 0,
    heapBytes: Deno.memoryUsage().heapUsed,
  };
}

/** Without it the heap shows when V8 last felt like collecting, not what is in use. */
function collector(): (() => void) | undefined {
  setFlagsFromString("--expose-gc");
  return runInNewContext('typeof gc === "function" ? gc : undefined');
}

/** The median of each figure. */
function middle(samples: readonly Sample[]): Sample {
  const median = (figure: (sample: Sample) => number) => {
    const sorted = samples.map(figure).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return {
    timers: median(({ timers }) => timers),
    descriptors: median(({ descriptors }) => descriptors),
    heapBytes: median(({ heapBytes }) => heapBytes),
  };
}

function figures(
  samples: readonly Sample[],
  first: Sample,
  last: Sample,
  { requests, sent }: Soak,
  realMs: number,
): string {
  const mib = ({ heapBytes }: Sample) => `${(heapBytes / 1024 / 1024).toFixed(1)} MiB`;
  const perHour = [...requests].map(([kind, count]) =>
    `${kind} ${(count / HOURS / WORKSPACES).toFixed(1)}`
  );
  return [
    `simulated hours: ${HOURS}, real seconds: ${(realMs / 1000).toFixed(0)}`,
    `messages: ${sent.length}, samples: ${samples.length}`,
    `requests an hour and workspace: ${perHour.join(", ")}`,
    `heap: ${mib(first)} at first, ${mib(last)} at last`,
    `timers: ${first.timers} at first, ${last.timers} at last`,
    `file descriptors: ${first.descriptors} at first, ${last.descriptors} at last`,
  ].join("\n");
}
