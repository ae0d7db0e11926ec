import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ToolContext } from "../../../src/tools/support/context.ts";
import {
  type WaitOptions,
  waitWithinCall,
} from "../../../src/tools/delegation/wait_within_call.ts";
import { CallCancelledError } from "../../../src/tools/support/errors.ts";
import { TIMING } from "../../../src/tools/support/timing.ts";
import { startTeam } from "../team.ts";

const AGES_MS = 1_000_000_000;
const NEVER = new Promise<string>(() => {});

async function optionsOf(
  call: Partial<ToolContext>,
  wait: Partial<WaitOptions> = {},
): Promise<WaitOptions & AsyncDisposable> {
  const team = await startTeam();
  const context: ToolContext = {
    ...team.agent.services,
    timing: { ...TIMING, maxWaitMs: AGES_MS, maxWaitWithProgressMs: 2 * AGES_MS },
    calledAtMs: performance.now(),
    signal: new AbortController().signal,
    ...call,
  };
  return {
    what: "a sign",
    context,
    onCancel: () => {},
    ...wait,
    [Symbol.asyncDispose]: () => team[Symbol.asyncDispose](),
  };
}

Deno.test("a value that comes in time is returned", async () => {
  await using options = await optionsOf({});
  assertEquals(await waitWithinCall(Promise.resolve("here"), options), {
    finished: true,
    value: "here",
  });
});

Deno.test("an error that comes in time is thrown", async () => {
  await using options = await optionsOf({});
  await assertRejects(
    () => waitWithinCall(Promise.reject(new RangeError("broken")), options),
    RangeError,
    "broken",
  );
});

Deno.test("what the call did before the wait counts against the client's patience", async () => {
  await using options = await optionsOf({ calledAtMs: performance.now() - AGES_MS });
  const waited = await waitWithinCall(NEVER, options);
  assert(!waited.finished);
  assert(waited.elapsedMs >= AGES_MS);
});

Deno.test("a client that gets progress has more patience, but not without end", async () => {
  const progress = () => {};
  await using options = await optionsOf(
    { progress, calledAtMs: performance.now() - AGES_MS },
    { maxWaitMs: 1 },
  );
  assert(!(await waitWithinCall(NEVER, options)).finished);
  const value = new Promise((resolve) => setTimeout(resolve, 5, "late"));
  const { maxWaitMs: _, ...withoutOther } = options;
  assert((await waitWithinCall(value, withoutOther)).finished);
  await using old = await optionsOf({ progress, calledAtMs: performance.now() - 2 * AGES_MS });
  assert(!(await waitWithinCall(NEVER, old)).finished);
});

Deno.test("no call waits as long as the clients that are known to cancel", () => {
  assert(TIMING.maxWaitMs < TIMING.limitMs && TIMING.limitMs <= 50_000);
  assert(TIMING.maxWaitWithProgressMs < TIMING.limitWithProgressMs);
  assert(TIMING.limitWithProgressMs <= 100_000);
});

Deno.test({
  name: "no timer outlives the wait",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    await using options = await optionsOf({ progress: () => {} }, { maxWaitMs: AGES_MS });
    await waitWithinCall(Promise.resolve(), options);
  },
});

Deno.test("a cancelled call waits no longer and says so to whoever works for it", async () => {
  for (const when of ["before", "during"]) {
    const cancel = new AbortController();
    let told = 0;
    await using options = await optionsOf({ signal: cancel.signal }, { onCancel: () => told++ });
    if (when === "before") cancel.abort();
    const waiting = assertRejects(() => waitWithinCall(NEVER, options), CallCancelledError);
    cancel.abort();
    await waiting;
    assertEquals(told, 1, when);
  }
});
