import { assertEquals } from "@std/assert";
import { TimeWalk } from "../../src/inbox/fetching/time_walk.ts";

const FULL = { full: true, until: undefined };

function row(index: number) {
  return { id: `${index}`, created_at: `2026-05-04T10:00:00.${String(index).padStart(6, "0")}Z` };
}

function ids(walk: TimeWalk): string[] {
  return walk.oldestFirst.map((row) => String(Reflect.get(Object(row), "id")));
}

Deno.test("a walk ends after a thousand pages, however many there are", () => {
  const walk = new TimeWalk();
  let pages = 0;
  while (!walk.isOver) walk.take([row(999_999 - pages++)], FULL);
  assertEquals([pages, walk.isCut], [1_000, false]);
});

Deno.test("the thousand oldest rows are kept, and it is known that there are newer ones", () => {
  const walk = new TimeWalk();
  const rows = Array.from({ length: 500 }, (_, i) => row(9_000 - i));
  walk.take(rows, FULL);
  walk.take(Array.from({ length: 500 }, (_, i) => row(8_000 - i)), FULL);
  assertEquals([walk.isCut, walk.oldestFirst.length], [false, 1_000]);
  walk.take([row(7_000)], FULL);
  assertEquals([walk.isCut, walk.oldestFirst.length], [true, 1_000]);
  assertEquals([ids(walk)[0], ids(walk).at(-1)], ["7000", "8999"]);
});

Deno.test("it is over with a page that is not full, or one that reaches what is not wanted", () => {
  for (
    const [page, isOver] of [
      [{ full: false, until: undefined }, true],
      [{ full: true, until: row(5).created_at }, false],
      [{ full: true, until: row(6).created_at }, true],
    ] as const
  ) {
    const walk = new TimeWalk();
    walk.take([row(7), row(5)], page);
    assertEquals(walk.isOver, isOver);
  }
});

Deno.test("a platform that answers with the same rows again and again is asked no more", () => {
  const walk = new TimeWalk();
  walk.take([row(7), row(5)], FULL);
  assertEquals([walk.isOver, walk.beforeTs], [false, row(6).created_at]);
  walk.take([row(7), row(5)], FULL);
  assertEquals([walk.isOver, walk.beforeTs], [false, row(5).created_at]);
  walk.take([row(7), row(5)], FULL);
  assertEquals(walk.isOver, true);
  assertEquals(ids(walk), ["5", "7"]);
});
