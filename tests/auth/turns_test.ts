import { assertEquals, assertRejects } from "@std/assert";
import { Turns } from "../../src/auth/turns.ts";

Deno.test("work of one key runs one piece after the other, in the order of asking", async () => {
  const turns = new Turns();
  const steps: string[] = [];
  const first = Promise.withResolvers<void>();
  const all = [
    turns.take(async () => {
      steps.push("1 begins");
      await first.promise;
      steps.push("1 ends");
    }),
    turns.take(() => Promise.resolve(steps.push("2"))),
    turns.take(() => Promise.resolve(steps.push("3"))),
  ];
  first.resolve();
  await Promise.all(all);
  assertEquals(steps, ["1 begins", "1 ends", "2", "3"]);
});

Deno.test("work of another key does not wait", async () => {
  const turns = new Turns();
  const never = Promise.withResolvers<void>();
  const waiting = turns.take(() => never.promise, "a");
  assertEquals(await turns.take(() => Promise.resolve("done"), "b"), "done");
  never.resolve();
  await waiting;
});

Deno.test("a failure reaches its caller alone", async () => {
  const turns = new Turns();
  const failing = turns.take(() => Promise.reject(new Error("broken")));
  const next = turns.take(() => Promise.resolve("next"));
  await assertRejects(() => failing, Error, "broken");
  assertEquals(await next, "next");
  assertEquals(await turns.take(() => Promise.resolve("later")), "later");
});
