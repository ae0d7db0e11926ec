import { assert, assertEquals, assertMatch } from "@std/assert";
import { RecentProblems } from "../../src/safety/recent_problems.ts";

Deno.test("the last five problems are kept, the newest first, and a repeated one is counted", () => {
  const recent = new RecentProblems();
  for (let n = 0; n < 7; n++) recent.add(`problem ${n}`);
  recent.add("problem 4");
  assertEquals(
    recent.list().map(({ line, count }) => `${line} ${count}`),
    ["problem 4 2", "problem 6 1", "problem 5 1", "problem 3 1", "problem 2 1"],
  );
});

Deno.test("what is the same by its kind counts as one, shown in its last words", () => {
  const recent = new RecentProblems();
  recent.add("failed: 502 a", { subject: "beat", kind: "502" });
  recent.add("failed: 502 b", { subject: "beat", kind: "502" });
  assertEquals(recent.list().map(({ line, count }) => [line, count]), [["failed: 502 b", 2]]);
});

Deno.test("a problem that is over says so, until it comes back", () => {
  const recent = new RecentProblems();
  recent.add("down", { subject: "beat" });
  assertEquals(recent.over("other"), false);
  assertEquals(recent.over("beat"), true);
  assertEquals(recent.over("beat"), false);
  assert(recent.list()[0]?.overAtMs !== undefined);
  recent.add("down", { subject: "beat" });
  assertEquals(recent.list()[0]?.overAtMs, undefined);
});

Deno.test("a long line is cut, between words where it has any", () => {
  const recent = new RecentProblems();
  recent.add("word ".repeat(1_000));
  assertMatch(recent.list()[0]?.line ?? "", /^(word ){90,}…$/);
  recent.add("x".repeat(100_000));
  assert((recent.list()[0]?.line.length ?? 0) <= 500);
});
