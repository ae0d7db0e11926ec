import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FetchBudget } from "../../../src/inbox/fetching/fetch_budget.ts";

const HOUR_MS = 3_600_000;

Deno.test("twenty fetches for nothing at once, then as many as the pace has", () => {
  let nowMs = 0;
  const fetchBudget = new FetchBudget(() => nowMs);
  for (let fetch = 0; fetch < 20; fetch++) {
    assertEquals(fetchBudget.waitMs(30_000), 0);
    fetchBudget.spend();
  }
  assert(!fetchBudget.hasCredit);
  assertEquals(fetchBudget.waitMs(30_000), 30_000);
  nowMs = 12_000;
  assertEquals(fetchBudget.waitMs(30_000), 18_000);
  assertEquals(fetchBudget.waitMs(5_000), 3_000, "a faster pace from now on");
  nowMs = 15_000;
  assertEquals(fetchBudget.waitMs(5_000), 0);
});

Deno.test("news make up for what was spent, the agent's own wishes for one fetch each", () => {
  const fetchBudget = new FetchBudget(() => 0);
  for (let fetch = 0; fetch < 500; fetch++) fetchBudget.spend();
  fetchBudget.grant();
  assert(fetchBudget.waitMs(1_000) > 400_000);
  fetchBudget.refund();
  assertEquals(fetchBudget.waitMs(1_000), 0);
  for (let grant = 0; grant < 100; grant++) fetchBudget.grant();
  for (let fetch = 0; fetch < 20; fetch++) fetchBudget.spend();
  assert(!fetchBudget.hasCredit, "nothing is saved beyond that");
});

Deno.test("property: no hour has more fetches for nothing than the pace and what was saved", () => {
  const step = fc.record({ pauseMs: fc.nat(60_000), requests: fc.integer({ min: 1, max: 5 }) });
  fc.assert(fc.property(
    fc.constantFrom(5_000, 30_000),
    fc.array(step, { minLength: 1, maxLength: 50 }),
    (paceMs, steps) => {
      let nowMs = 0;
      let requests = 0;
      const fetchBudget = new FetchBudget(() => nowMs);
      for (let turn = 0; nowMs < HOUR_MS; turn++) {
        const step = steps[turn % steps.length];
        assert(step);
        nowMs += step.pauseMs;
        nowMs += fetchBudget.waitMs(paceMs);
        if (nowMs >= HOUR_MS) break;
        for (let request = 0; request < step.requests; request++, requests++) fetchBudget.spend();
        if (turn > 10_000) break;
      }
      assert(requests <= HOUR_MS / paceMs + 20 + 5, `${requests} in an hour`);
    },
  ));
});
