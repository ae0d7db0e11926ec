import { assertEquals, assertRejects } from "@std/assert";
import { withTimeout } from "../../src/lib/timeout.ts";

Deno.test("a result in time comes through, and the timer is gone", async () => {
  // The sanitizers of the test run find a timer that stays.
  assertEquals(await withTimeout(Promise.resolve("here"), 60_000), "here");
});

Deno.test("a failure in time comes through", async () => {
  await assertRejects(() => withTimeout(Promise.reject(new TypeError("no")), 60_000), TypeError);
});

Deno.test("what takes too long is left alone", async () => {
  const work = Promise.withResolvers<string>();
  assertEquals(await withTimeout(work.promise, 1), undefined);
  work.resolve("late");
});

Deno.test("the signal ends the waiting, even one that fired before", async () => {
  const work = Promise.withResolvers<string>();
  const stop = new AbortController();
  const waiting = withTimeout(work.promise, 60_000, stop.signal);
  stop.abort();
  assertEquals(await waiting, undefined);
  assertEquals(await withTimeout(work.promise, 60_000, stop.signal), undefined);
  work.resolve("late");
});
