import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { DeliverySimulation } from "./delivery_simulation.ts";

type Step = (simulation: DeliverySimulation) => Promise<void> | void;

/** What may happen, in words that read well in a counterexample. */
const step = fc.oneof(
  fc.record({
    arrive: fc.integer({ min: 1, max: 6 }),
    from: fc.constantFrom("user", "peer", "peer", "nobody"),
  }),
  fc.record({ poll: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ poll: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ pop: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }) }),
  fc.record({ pop: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }) }),
  fc.record({ crash: fc.constantFrom("between writes", "at rest", "before the write") }),
  fc.record({ forget: fc.constantFrom("cursor", "everything handled") }),
  fc.record({ upload: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ upload: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ caption: fc.nat(5) }),
  fc.record({ caption: fc.nat(5) }),
  fc.record({ seconds: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ failingPop: fc.nat(20) }),
  fc.record({ removeCursor: fc.constant(true) }),
  fc.record({ hours: fc.integer({ min: 1, max: 100 }) }),
);

function act(action: Record<string, unknown>): Step {
  return (simulation) => {
    const { arrive, from, poll, pop, crash, forget, failingPop, hours, upload, caption, seconds } =
      action;
    if (typeof arrive === "number") return simulation.log.arrive(arrive, from as "user");
    if (typeof poll === "number") return simulation.poll(poll);
    if (Array.isArray(pop)) return simulation.pop(pop);
    if (crash !== undefined) return simulation.crash(crash as "at rest");
    if (forget !== undefined) return simulation.forget(forget === "cursor");
    if (typeof upload === "number") return simulation.log.upload(upload);
    if (typeof caption === "number") return simulation.log.caption(caption);
    if (typeof seconds === "number") return simulation.log.passTime(1_000 * seconds);
    if (typeof failingPop === "number") return simulation.failingPop(failingPop);
    if (typeof hours === "number") return simulation.log.passTime(3_600_000 * hours);
    return simulation.removeCursorFile();
  };
}

Deno.test("property: whatever happens, what was not popped comes again and what was does not", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40, size: "max" }),
      fc.constantFrom(false, false, true),
      async (steps, ignoresSinceId) => {
        await using simulation = await DeliverySimulation.begin({ ignoresSinceId });
        for (const action of steps) await act(action)(simulation);
        await simulation.drain();
        const { agent, log } = simulation;
        assertEquals(agent.deliveredAfterPop, []);
        assertEquals(agent.neverDelivered(), []);
        assertEquals(agent.outOfOrder, []);
        assertEquals(agent.doubled, []);
        assertEquals(log.messages().filter(({ id }) => !agent.popped.has(id)), []);
      },
    ),
    { numRuns: 150 },
  );
});
