import { assertEquals } from "@std/assert";
import { BackwardScan } from "../../../src/inbox/fetching/backward_scan.ts";

const FULL = { full: true, until: undefined };

function row(index: number) {
  return { id: `${index}`, created_at: `2026-05-04T10:00:00.${String(index).padStart(6, "0")}Z` };
}

function ids(scan: BackwardScan): string[] {
  return scan.oldestFirst.map((row) => String(Reflect.get(Object(row), "id")));
}

Deno.test("a scan ends after a thousand pages, however many there are", () => {
  const scan = new BackwardScan();
  let pages = 0;
  while (!scan.isOver) scan.add([row(999_999 - pages++)], FULL);
  assertEquals([pages, scan.isCut], [1_000, false]);
});

Deno.test("the thousand oldest rows are kept, and it is known that there are newer ones", () => {
  const scan = new BackwardScan();
  const rows = Array.from({ length: 500 }, (_, i) => row(9_000 - i));
  scan.add(rows, FULL);
  scan.add(Array.from({ length: 500 }, (_, i) => row(8_000 - i)), FULL);
  assertEquals([scan.isCut, scan.oldestFirst.length], [false, 1_000]);
  scan.add([row(7_000)], FULL);
  assertEquals([scan.isCut, scan.oldestFirst.length], [true, 1_000]);
  assertEquals([ids(scan)[0], ids(scan).at(-1)], ["7000", "8999"]);
});

Deno.test("it is over with a page that is not full, or one that reaches what is not wanted", () => {
  for (
    const [page, isOver] of [
      [{ full: false, until: undefined }, true],
      [{ full: true, until: row(5).created_at }, false],
      [{ full: true, until: row(6).created_at }, true],
    ] as const
  ) {
    const scan = new BackwardScan();
    scan.add([row(7), row(5)], page);
    assertEquals(scan.isOver, isOver);
  }
});

Deno.test("a platform that answers with the same rows again and again is not asked any more", () => {
  const scan = new BackwardScan();
  scan.add([row(7), row(5)], FULL);
  assertEquals([scan.isOver, scan.beforeTs], [false, row(6).created_at]);
  scan.add([row(7), row(5)], FULL);
  assertEquals([scan.isOver, scan.beforeTs], [false, row(5).created_at]);
  scan.add([row(7), row(5)], FULL);
  assertEquals(scan.isOver, true);
  assertEquals(ids(scan), ["5", "7"]);
});
