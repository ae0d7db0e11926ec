import { assert, assertEquals } from "@std/assert";
import { RefusalRounds } from "../../src/auth/refusal_rounds.ts";
import { FakeTime } from "../support/fake_time.ts";

const never = new AbortController().signal;

Deno.test("whoever waits for a round does so until it has ended, and 5 s at most", async () => {
  for (const ends of [true, false]) {
    using time = new FakeTime();
    const rounds = new RefusalRounds(() => 0);
    const probe = rounds.probe();
    let isOver = false;
    const waiting = rounds.probed(never).then(() => isOver = true);
    await time.run(4_999);
    assertEquals(isOver, false);
    if (ends) probe?.end();
    else time.tick(1);
    await time.atOnce(waiting);
    assertEquals(time.timers, 0);
  }
});

Deno.test("one round is under way at a time; one that takes too long makes room", () => {
  using time = new FakeTime();
  const rounds = new RefusalRounds(() => 0);
  const slow = rounds.probe();
  assert(slow);
  assertEquals(rounds.probe(), undefined);
  time.tick(5_000);
  const next = rounds.probe();
  assert(next);
  slow.end();
  assertEquals(rounds.probe(), undefined, "the end of the slow one is not that of the next");
  next.end();
  assert(rounds.probe());
});

Deno.test("nobody waits where no round is under way, or with a signal that has fired", async () => {
  const rounds = new RefusalRounds(() => 0);
  await rounds.probed(never);
  rounds.probe();
  await rounds.probed(AbortSignal.abort());
});

Deno.test("a sign of life shortens the pause and never lengthens it", () => {
  using time = new FakeTime();
  const rounds = new RefusalRounds(() => 0.5);
  rounds.refused();
  time.tick(1_000);
  const beforeMs = rounds.heldBackMs;
  rounds.hurry();
  assertEquals(rounds.heldBackMs, beforeMs);
  for (let i = 0; i < 10; i++) rounds.refused();
  assert(rounds.heldBackMs > 1_000);
  rounds.hurry();
  assertEquals(rounds.heldBackMs, 1_000);
});
