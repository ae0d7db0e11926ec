import { assertEquals } from "@std/assert";
import { heartbeatIntervalMs } from "../../src/presence/heartbeat_interval.ts";
import { FakeTime } from "../support/fake_time.ts";
import { HEARTBEAT, Stage } from "./support.ts";

Deno.test("a workspace of many beats at its own part of the interval, also after a sleep", async () => {
  let asleepMs = 0;
  const now = () => performance.now() + asleepMs;
  await using stage = await Stage.make({ intervalMs: 20_000, phase: 0.25, now });
  using time = new FakeTime();
  stage.run();
  await time.run(6_000);
  assertEquals(stage.received(HEARTBEAT).length, 2, "at 0 and 5 s");
  await time.run(40_000);
  assertEquals(stage.received(HEARTBEAT).length, 4, "at 25 and 45 s");
  asleepMs = 8 * 3_600_000;
  await time.run(26_000);
  assertEquals(stage.received(HEARTBEAT).length, 6, "the one that was due, at 65 s, and at 70 s");
  await time.until(stage.end());
});

Deno.test("the more workspaces the platform counts as one caller, the rarer each beats", () => {
  const intervals = [1, 40, 41, 80, 120, 1_000].map(heartbeatIntervalMs);
  assertEquals(intervals, [20_000, 20_000, 20_500, 40_000, 60_000, 60_000]);
});
