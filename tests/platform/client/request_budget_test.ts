import { assert, assertEquals } from "@std/assert";
import {
  callerBudget,
  RequestBudget,
  requestBudgets,
} from "../../../src/platform/client/request_budget.ts";
import { FakeTime } from "../../support/fake_time.ts";

/** Lets as many requests at once as there are askers, again and again, until the time is over. */
async function flood(
  time: FakeTime,
  budgets: readonly RequestBudget[],
  durationMs: number,
): Promise<number> {
  const stop = new AbortController();
  let made = 0;
  const ask = async (budget: RequestBudget) => {
    while (!stop.signal.aborted) {
      await budget.turn(stop.signal);
      if (!stop.signal.aborted) made += 1;
    }
  };
  const asking = budgets.flatMap((budget) => [ask(budget), ask(budget), ask(budget)]);
  await time.run(durationMs);
  stop.abort();
  await Promise.all(asking);
  return made;
}

Deno.test("a workspace makes 60 requests at once, and two a second from then on", async () => {
  using time = new FakeTime();
  assertEquals(await flood(time, [new RequestBudget()], 0), 60);
  const made = await flood(time, [new RequestBudget()], 100_000);
  assert(made >= 255 && made <= 261, `${made} in 100 s`);
});

Deno.test("many workspaces of a caller stay below the platform's limit together", async () => {
  using time = new FakeTime();
  const ofCaller = callerBudget();
  const budgets = Array.from({ length: 10 }, () => new RequestBudget(ofCaller));
  const made = await flood(time, budgets, 60_000);
  assert(made > 500 && made <= 541, `${made} in a minute`);
});

Deno.test("a hundred workspaces without an organisation do not wait for each other", async () => {
  using time = new FakeTime();
  const workspaces = Array.from({ length: 100 }, () => ({ origin: "http://a" }));
  const budgets = requestBudgets(workspaces).map(({ budget }) => budget);
  for (let second = 0; second < 60; second++) {
    for (const budget of budgets) await budget.turn();
  }
  assertEquals(time.elapsedMs, 0);
});

Deno.test("those of an organisation share a budget, those of another platform do not", () => {
  const found = requestBudgets([
    { origin: "http://a", orgId: "o" },
    { origin: "http://a", orgId: "o" },
    { origin: "http://b", orgId: "o" },
    { origin: "http://a" },
    { origin: "http://a" },
  ]);
  assertEquals(found.map(({ sharers }) => sharers), [2, 2, 1, 1, 1]);
});

Deno.test("nobody waits while there is little to ask", async () => {
  using time = new FakeTime();
  const budget = new RequestBudget();
  for (let request = 0; request < 60; request++) await budget.turn();
  assertEquals(time.elapsedMs, 0);
});

Deno.test("a request that did not wait delays the ones after it", async () => {
  using time = new FakeTime();
  const budget = new RequestBudget();
  for (let request = 0; request < 70; request++) budget.count();
  let asked = false;
  const turn = budget.turn().then(() => asked = true);
  await time.run(5_400);
  assertEquals(asked, false);
  await time.run(200);
  assertEquals(asked, true);
  await turn;
});

Deno.test("what is done for the agent is not counted, and saves up nothing", async () => {
  using time = new FakeTime();
  const budget = new RequestBudget();
  for (let call = 0; call < 1_000; call++) {
    budget.giveBack(2);
    for (let request = 0; request < 2; request++) await budget.turn();
  }
  assertEquals(time.elapsedMs, 0);
  budget.giveBack(1_000);
  assert(await flood(time, [budget], 10_000) <= 81);
});

Deno.test("a platform that asks to be left alone is, for a minute at most", async () => {
  using time = new FakeTime();
  const budget = new RequestBudget();
  for (const [askedMs, leftMs] of [[5_000, 5_000], [2 ** 31 - 1, 60_000]] as const) {
    budget.leaveAlone(askedMs);
    budget.leaveAlone(0);
    let asked = false;
    const turn = budget.turn().then(() => asked = true);
    await time.run(leftMs - 1);
    assertEquals(asked, false);
    await time.run(1);
    assertEquals(asked, true);
    await turn;
  }
});

Deno.test("the signal ends every wait", async () => {
  using time = new FakeTime();
  const budget = new RequestBudget();
  budget.leaveAlone(60_000);
  for (let request = 0; request < 100; request++) budget.count();
  const stop = new AbortController();
  const turn = budget.turn(stop.signal);
  stop.abort();
  await turn;
  await budget.turn(stop.signal);
  assertEquals(time.elapsedMs, 0);
});
