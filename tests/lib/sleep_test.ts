import { sleep } from "../../src/lib/sleep.ts";

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
