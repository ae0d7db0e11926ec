import { assertEquals } from "@std/assert";
import { sleep } from "../../src/lib/sleep.ts";
import { WakeSignal } from "../../src/lib/wake_signal.ts";

Deno.test("a pause ends with the signal, however long it was to be", async () => {
  const ending = new AbortController();
  const pausing = sleep(3_600_000, ending.signal);
  ending.abort();
  await pausing;
});

Deno.test("no pause begins once the signal has fired", async () => {
  await sleep(3_600_000, AbortSignal.abort());
});

Deno.test("a pause ends by itself, and leaves no listener behind", async () => {
  const signal = new AbortController().signal;
  let listeners = 0;
  const counted = new Proxy(signal, {
    get: (target, name) => {
      if (name === "addEventListener") listeners += 1;
      if (name === "removeEventListener") listeners -= 1;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await sleep(0, counted);
  if (listeners !== 0) throw new Error(`${listeners} listeners are left`);
});

Deno.test("a time that is over is no negative delay, which Deno warns about on stderr", async () => {
  const { setTimeout } = globalThis;
  const delays: unknown[] = [];
  const recording = (run: () => void, delay?: number) => {
    delays.push(delay);
    return setTimeout(run, 0);
  };
  Object.assign(globalThis, { setTimeout: recording });
  try {
    await sleep(-0.001);
    await new WakeSignal().sleep(-1, new AbortController().signal);
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
  assertEquals(delays, [0, 0]);
});
