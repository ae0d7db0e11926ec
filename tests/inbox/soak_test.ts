/**
 * A long stretch of simulated time: 20 workspaces in one process, with presence and inbox, against a
 * platform with the real rate limit. An hour in the suite; a day, with figures:
 *
 *     MOLECULE_SOAK_HOURS=24 deno task test tests/inbox/soak_test.ts
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type InboxService, startInbox } from "../../src/inbox/start.ts";
import { type LocalPlatform, startLocalPlatform } from "../../src/local/platform.ts";
import { Presence } from "../../src/presence/presence.ts";
import { pause } from "../../src/presence/timer.ts";
import { Log } from "../../src/safety/log.ts";
import { FakeTime } from "../support/fake_time.ts";
import { clientFor } from "./stage.ts";

const HOURS = Number(Deno.env.get("MOLECULE_SOAK_HOURS") ?? "1");
const WORKSPACES = 20;
const MINUTE_MS = 60_000;
/** Timers that are due within so long of each other run in one go. */
const STEP_MS = 1_000;
const SAMPLE_EVERY_MS = 5 * MINUTE_MS;
const MESSAGE_EVERY_MS = 7 * MINUTE_MS;
const MIB = 1024 * 1024;
/** What a collector that has not run yet may leave lying. */
const HEAP_TOLERANCE_BYTES = 24 * MIB;

/** What must stay the same. */
interface Sample {
  readonly timers: number;
  /** Open file descriptors; 0 where there is no /proc. */
  readonly descriptors: number;
  readonly heapBytes: number;
}

Deno.test(`${WORKSPACES} workspaces for ${HOURS} simulated hour(s): memory, timers and files stay flat`, async () => {
  const startedAtMs = performance.now();
  using time = new FakeTime();
  await using stage = await Soak.start();
  const sending = stage.send();
  const reading = stage.read();
  await time.run(10 * MINUTE_MS, STEP_MS);
  stage.requests.clear();

  const samples: Sample[] = [];
  const rounds = Math.round(HOURS * 60 * MINUTE_MS / SAMPLE_EVERY_MS);
  for (let round = 0; round < rounds; round++) {
    await time.run(SAMPLE_EVERY_MS, STEP_MS);
    samples.push(sample(time));
  }
  stage.stop();
  await time.until(Promise.all([sending, reading, stage.ended]));

  assertEquals(stage.lines, [], "nothing to complain about, no 429 among it");
  assertEquals(stage.read.length, 0);
  assertEquals([...stage.received].sort(), [...stage.sent].sort());
  const first = middle(samples.slice(0, Math.ceil(samples.length / 3)));
  const last = middle(samples.slice(-Math.ceil(samples.length / 3)));
  tell(stage, samples, time.elapsedMs - startedAtMs);
  assertEquals(last.timers, first.timers, "timers");
  assertEquals(last.descriptors, first.descriptors, "file descriptors");
  const grownBytes = last.heapBytes - first.heapBytes;
  assert(grownBytes < HEAP_TOLERANCE_BYTES, `the heap grew by ${grownBytes} bytes`);
  const fetchesPerHour = (stage.requests.get("activity") ?? 0) / HOURS / WORKSPACES;
  assert(fetchesPerHour <= 720, `${fetchesPerHour} fetches an hour and workspace`);
});
