import { assertEquals } from "@std/assert";
import { WakeSignal } from "../../src/lib/wake_signal.ts";

/** Longer than any test: only a wake-up or the signal ends such a sleep. */
const LONG_MS = 1_000_000;
const never = new AbortController().signal;

Deno.test("a wake-up ends the sleep", async () => {
  const wake = new WakeSignal();
  const sleep = wake.sleep(LONG_MS, never);
  wake.wake();
  await sleep;
});

Deno.test("a wake-up before the sleep is not missed", async () => {
  const wake = new WakeSignal();
  wake.wake();
  await wake.sleep(LONG_MS, never);
});

Deno.test("a wake-up that was cleared wakes nobody, the next one does", async () => {
  const wake = new WakeSignal();
  wake.wake();
  wake.clear();
  let awake = false;
  const sleep = wake.sleep(LONG_MS, never).then(() => awake = true);
  await Promise.resolve();
  assertEquals(awake, false);
  wake.wake();
  await sleep;
});

Deno.test("many wake-ups at any moment: each sleep ends, none is left over after a clear", async () => {
  const wake = new WakeSignal();
  for (let round = 0; round < 50; round++) {
    wake.clear();
    const sleep = wake.sleep(LONG_MS, never);
    for (let times = 0; times <= round % 3; times++) wake.wake();
    await sleep;
  }
});

Deno.test("the time alone ends the sleep", async () => {
  await new WakeSignal().sleep(1, never);
});

Deno.test("the signal ends the sleep, fired during it or before", async () => {
  const stop = new AbortController();
  const sleep = new WakeSignal().sleep(LONG_MS, stop.signal);
  stop.abort();
  await sleep;
  await new WakeSignal().sleep(LONG_MS, stop.signal);
});
