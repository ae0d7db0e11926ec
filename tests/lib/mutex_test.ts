import { assertEquals, assertRejects } from "@std/assert";
import { Mutex } from "../../src/lib/mutex.ts";

Deno.test("work of one key runs one piece after the other, in the order of asking", async () => {
  const mutex = new Mutex();
  const steps: string[] = [];
  const first = Promise.withResolvers<void>();
  const all = [
    mutex.run(async () => {
      steps.push("1 begins");
      await first.promise;
      steps.push("1 ends");
    }),
    mutex.run(() => Promise.resolve(steps.push("2"))),
    mutex.run(() => Promise.resolve(steps.push("3"))),
  ];
  first.resolve();
  await Promise.all(all);
  assertEquals(steps, ["1 begins", "1 ends", "2", "3"]);
});

Deno.test("work of another key does not wait", async () => {
  const mutex = new Mutex();
  const never = Promise.withResolvers<void>();
  const waiting = mutex.run(() => never.promise, "a");
  assertEquals(await mutex.run(() => Promise.resolve("done"), "b"), "done");
  never.resolve();
  await waiting;
});

Deno.test("a failure reaches its caller alone", async () => {
  const mutex = new Mutex();
  const failing = mutex.run(() => Promise.reject(new Error("broken")));
  const next = mutex.run(() => Promise.resolve("next"));
  await assertRejects(() => failing, Error, "broken");
  assertEquals(await next, "next");
  assertEquals(await mutex.run(() => Promise.resolve("later")), "later");
});
