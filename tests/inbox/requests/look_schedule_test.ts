import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  leastPauseMs,
  type LookConditions,
  lookPauseMs,
} from "../../../src/inbox/requests/look_schedule.ts";

const quiet = { streaming: true, waiting: false, failures: 0, missing: false, workspaceCount: 1 };

Deno.test("the stream, an agent that waits, failures and a platform without requests set the pace", () => {
  const pause = (conditions: Partial<typeof quiet>) =>
    lookPauseMs({ ...quiet, ...conditions }, 0) / 1000;
  assertEquals(pause({}), 300);
  assertEquals(pause({ waiting: true }), 300);
  assertEquals(pause({ streaming: false }), 60);
  assertEquals(pause({ streaming: false, waiting: true }), 15);
  assertEquals([1, 2, 3, 20].map((failures) => pause({ failures })), [5, 10, 20, 300]);
  assertEquals(pause({ missing: true, failures: 3, waiting: true }), 3_600);
});

Deno.test("property: jitter only ever makes a pause longer, by less than a third", () => {
  const chance = fc.double({ min: 0, max: 0.999999, noNaN: true });
  fc.assert(fc.property(chance, (random) => {
    const pauseMs = lookPauseMs(quiet, random);
    assert(pauseMs >= 300_000 && pauseMs < 390_001);
  }));
});

Deno.test("something under way is looked at after about as long again as it has been", () => {
  const pause = (conditions: Partial<LookConditions>) =>
    lookPauseMs({ ...quiet, ...conditions }, 0) / 1000;
  const pauses = [0, 1, 2, 3, 4, 5, 99].map((unchanged) => pause({ unchanged }));
  assertEquals(pauses, [15, 30, 60, 120, 240, 300, 300]);
  // Other reasons to look sooner, or later, stand.
  assertEquals(pause({ unchanged: 9, streaming: false }), 60);
  assertEquals(pause({ unchanged: 9, streaming: false, waiting: true }), 15);
  assertEquals(pause({ unchanged: 0, failures: 5 }), 80);
  assertEquals(pause({ unchanged: 0, missing: true }), 3_600);
  // A hundred workspaces, which all begin anew after an outage.
  const many = [0, 1, 9].map((unchanged) => pause({ unchanged, workspaceCount: 101 }));
  assertEquals(many, [75, 150, 300]);
});

Deno.test("events that bring nothing make it look less and less often", () => {
  assertEquals([0, 1, 2, 5, 50].map(leastPauseMs), [300, 600, 1_200, 9_600, 10_000]);
});
