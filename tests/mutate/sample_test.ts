import { assertEquals, assertNotEquals } from "@std/assert";
import { sample } from "../../scripts/mutate/sample.ts";

const ALL = Array.from({ length: 1_000 }, (_, i) => i);

Deno.test("a sample has the given number of different items, in their order", () => {
  const taken = sample(ALL, 100, 7);
  assertEquals(taken, [...new Set(taken)].sort((a, b) => a - b));
  assertEquals(taken.length, 100);
  assertEquals(sample(ALL, 5_000, 7), ALL);
});

Deno.test("the same seed takes the same, another one others", () => {
  assertEquals(sample(ALL, 100, 7), sample(ALL, 100, 7));
  assertNotEquals(sample(ALL, 100, 7), sample(ALL, 100, 8));
});

Deno.test("every item is taken about as often as any other", () => {
  const counts = ALL.map(() => 0);
  for (let seed = 0; seed < 400; seed++) {
    for (const item of sample(ALL, 100, seed)) counts[item] = (counts[item] ?? 0) + 1;
  }
  // 40 times each, on average; eight standard deviations of room.
  assertEquals(counts.filter((count) => count < 40 - 48 || count > 40 + 48 || count === 0), []);
});
