import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ToolContext } from "../../../src/tools/support/context.ts";
import {
  CallCancelledError,
  type WaitOptions,
  waitOrLeave,
} from "../../../src/tools/delegation/wait_within_call.ts";
import { TIMING } from "../../../src/tools/support/timing.ts";
import { setStage } from "../team.ts";

const AGES_MS = 1_000_000_000;
const NEVER = new Promise<string>(() => {});

async function optionsOf(
  call: Partial<ToolContext>,
  wait: Partial<WaitOptions> = {},
): Promise<WaitOptions & AsyncDisposable> {
  const stage = await setStage();
  const context: ToolContext = {
    ...stage.agent.services,
    timing: { ...TIMING, patienceMs: AGES_MS, patienceWithProgressMs: 2 * AGES_MS },
    calledAtMs: performance.now(),
    signal: new AbortController().signal,
    ...call,
  };
  return {
    what: "a sign",
    context,
    onCancel: () => {},
    ...wait,
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

Deno.test("a value that comes in time is returned", async () => {
  await using options = await optionsOf({});
  assertEquals(await waitOrLeave(Promise.resolve("here"), options), {
    finished: true,
    value: "here",
  });
});

Deno.test("an error that comes in time is thrown", async () => {
  await using options = await optionsOf({});
  await assertRejects(
    () => waitOrLeave(Promise.reject(new RangeError("broken")), options),
    RangeError,
    "broken",
  );
});

Deno.test("what the call did before the wait counts against the client's patience", async () => {
  await using options = await optionsOf({ calledAtMs: performance.now() - AGES_MS });
  const waited = await waitOrLeave(NEVER, options);
  assert(!waited.finished);
  assert(waited.elapsedMs >= AGES_MS);
});

Deno.test("a client that gets progress has more patience, but not without end", async () => {
  const progress = () => {};
  await using options = await optionsOf(
    { progress, calledAtMs: performance.now() - AGES_MS },
    { longestMs: 1 },
  );
  assert(!(await waitOrLeave(NEVER, options)).finished);
  const value = new Promise((resolve) => setTimeout(resolve, 5, "late"));
  const { longestMs: _, ...withoutOther } = options;
  assert((await waitOrLeave(value, withoutOther)).finished);
  await using old = await optionsOf({ progress, calledAtMs: performance.now() - 2 * AGES_MS });
  assert(!(await waitOrLeave(NEVER, old)).finished);
});

Deno.test("no call waits as long as the clients that are known to cancel", () => {
  assert(TIMING.patienceMs < TIMING.limitMs && TIMING.limitMs <= 50_000);
  assert(TIMING.patienceWithProgressMs < TIMING.limitWithProgressMs);
  assert(TIMING.limitWithProgressMs <= 100_000);
});

Deno.test({
  name: "no timer outlives the wait",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    await using options = await optionsOf({ progress: () => {} }, { longestMs: AGES_MS });
    await waitOrLeave(Promise.resolve(), options);
  },
});

Deno.test("a cancelled call waits no longer and says so to whoever works for it", async () => {
  for (const when of ["before", "during"]) {
    const cancel = new AbortController();
    let told = 0;
    await using options = await optionsOf({ signal: cancel.signal }, { onCancel: () => told++ });
    if (when === "before") cancel.abort();
    const waiting = assertRejects(() => waitOrLeave(NEVER, options), CallCancelledError);
    cancel.abort();
    await waiting;
    assertEquals(told, 1, when);
  }
});
