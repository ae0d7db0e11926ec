import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallLimitError, withinLimit } from "../../../src/mcp/calls/call_limit.ts";

const never = new AbortController().signal;

Deno.test("what is done in time is returned, what fails in time is thrown", async () => {
  assertEquals(await withinLimit(60_000, never, () => Promise.resolve(7)), 7);
  await assertRejects(
    () => withinLimit(60_000, never, () => Promise.reject(new RangeError("broken"))),
    RangeError,
    "broken",
  );
});

Deno.test("what is not done at the limit is abandoned, and told to end", async () => {
  const ended = Promise.withResolvers<void>();
  const error = await assertRejects(
    () =>
      withinLimit(5, never, (signal) => {
        signal.addEventListener("abort", () => ended.resolve());
        return new Promise(() => {}); // Deaf to the signal.
      }),
    CallLimitError,
  );
  assertEquals(error.limitMs, 5);
  await ended.promise;
});

Deno.test("what fails after the limit is ignored, and does not end the process", async () => {
  const late = Promise.withResolvers<never>();
  await assertRejects(() => withinLimit(1, never, () => late.promise), CallLimitError);
  late.reject(new Error("too late to matter"));
  await new Promise((resolve) => setTimeout(resolve, 0));
});

Deno.test("the client's own cancellation reaches what runs", async () => {
  const cancel = new AbortController();
  const seen = withinLimit(
    60_000,
    cancel.signal,
    (signal) =>
      new Promise<boolean>((resolve) =>
        signal.addEventListener("abort", () => resolve(signal.aborted))
      ),
  );
  cancel.abort();
  assert(await seen);
});
