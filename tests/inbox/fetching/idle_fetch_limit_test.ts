import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { IdleFetchLimit } from "../../../src/inbox/fetching/idle_fetch_limit.ts";

const HOUR_MS = 3_600_000;

Deno.test("twenty fetches for nothing at once, then as many as the pace has", () => {
  let nowMs = 0;
  const idleFetchLimit = new IdleFetchLimit(() => nowMs);
  for (let fetch = 0; fetch < 20; fetch++) {
    assertEquals(idleFetchLimit.waitMs(30_000), 0);
    idleFetchLimit.spend();
  }
  assert(!idleFetchLimit.hasCredit);
  assertEquals(idleFetchLimit.waitMs(30_000), 30_000);
  nowMs = 12_000;
  assertEquals(idleFetchLimit.waitMs(30_000), 18_000);
  assertEquals(idleFetchLimit.waitMs(5_000), 3_000, "a faster pace from now on");
  nowMs = 15_000;
  assertEquals(idleFetchLimit.waitMs(5_000), 0);
});

Deno.test("news make up for what was spent, the agent's own wishes for one fetch each", () => {
  const idleFetchLimit = new IdleFetchLimit(() => 0);
  for (let fetch = 0; fetch < 500; fetch++) idleFetchLimit.spend();
  idleFetchLimit.grant();
  assert(idleFetchLimit.waitMs(1_000) > 400_000);
  idleFetchLimit.refund();
  assertEquals(idleFetchLimit.waitMs(1_000), 0);
  for (let grant = 0; grant < 100; grant++) idleFetchLimit.grant();
  for (let fetch = 0; fetch < 20; fetch++) idleFetchLimit.spend();
  assert(!idleFetchLimit.hasCredit, "nothing is saved beyond that");
});

Deno.test("property: no hour has more fetches for nothing than the pace and what was saved", () => {
  const step = fc.record({ pauseMs: fc.nat(60_000), requests: fc.integer({ min: 1, max: 5 }) });
  fc.assert(fc.property(
    fc.constantFrom(5_000, 30_000),
    fc.array(step, { minLength: 1, maxLength: 50 }),
    (paceMs, steps) => {
      let nowMs = 0;
      let requests = 0;
      const idleFetchLimit = new IdleFetchLimit(() => nowMs);
      for (let turn = 0; nowMs < HOUR_MS; turn++) {
        const step = steps[turn % steps.length];
        assert(step);
        nowMs += step.pauseMs;
        nowMs += idleFetchLimit.waitMs(paceMs);
        if (nowMs >= HOUR_MS) break;
        for (let request = 0; request < step.requests; request++, requests++) {
          idleFetchLimit.spend();
        }
        if (turn > 10_000) break;
      }
      assert(requests <= HOUR_MS / paceMs + 20 + 5, `${requests} in an hour`);
    },
  ));
});
