import { assertEquals } from "@std/assert";
import type { RowRef } from "../../../src/inbox/state/delivery_snapshot.ts";
import { ReadPositions } from "../../../src/inbox/state/read_positions.ts";

/** Row number n; several can be of one instant. */
function row(number: number, instant = number): RowRef {
  return { id: `row ${number}`, createdAt: `2026-05-04T10:11:${10 + instant}Z`, seq: number };
}

const sinceIds = (positions: ReadPositions) => [
  positions.sinceId("forward"),
  positions.sinceId("backfill"),
];

/** Row 1 was taken, 2 and 3 were deferred, 4 was taken by the forward pass. */
function withDeferred(): ReadPositions {
  const positions = new ReadPositions();
  assertEquals(positions.see(row(1), "forward"), false);
  positions.defer(row(2), "forward");
  positions.defer(row(3), "forward");
  assertEquals(sinceIds(positions), ["row 3", "row 1"], "the forward pass goes on behind them");
  assertEquals(positions.see(row(4), "forward"), true, "it is ahead of deferred rows");
  return positions;
}

Deno.test("a backfill begins before the first deferred row, and ends where the forward pass stands", () => {
  const positions = withDeferred();
  assertEquals(sinceIds(positions), ["row 4", "row 1"]);
  assertEquals([positions.firstLeftSeq, positions.firstLeftAt], [2, row(2).createdAt]);
  assertEquals(positions.see(row(2), "backfill"), false);
  positions.defer(row(3), "backfill");
  assertEquals([...sinceIds(positions), positions.firstLeftSeq], ["row 4", "row 2", 3]);
  for (const number of [3, 4]) positions.see(row(number), "backfill");
  assertEquals([...sinceIds(positions), positions.hasDeferred], ["row 4", undefined, false]);
  assertEquals(positions.firstLeftSeq, undefined);
});

Deno.test("a row that a pass leaves is met again by that pass, and the other one stays", () => {
  const backfilling = withDeferred();
  backfilling.see(row(2), "backfill");
  backfilling.leave(row(3), "backfill");
  assertEquals(sinceIds(backfilling), ["row 4", "row 2"]);
  backfilling.leave(row(5), "forward");
  assertEquals(sinceIds(backfilling), ["row 4", "row 2"]);

  // Of one instant with the row before: the platform would skip it.
  const ofOneInstant = withDeferred();
  ofOneInstant.see(row(2), "backfill");
  ofOneInstant.leave(row(3, 2), "backfill");
  assertEquals(sinceIds(ofOneInstant), ["row 4", "row 1"]);

  const positions = new ReadPositions(row(1));
  positions.leave(row(2), "forward");
  assertEquals([positions.sinceId("forward"), positions.firstLeftSeq], ["row 1", 2]);
  positions.see(row(2), "forward");
  assertEquals([positions.sinceId("forward"), positions.firstLeftSeq], ["row 2", undefined]);
});

Deno.test("a pass comes back from before the whole instant of a row, since the platform skips it", () => {
  const positions = new ReadPositions();
  positions.see(row(1), "forward");
  positions.see(row(2), "forward");
  positions.see(row(3, 2), "forward");
  positions.leave(row(4, 2), "forward");
  assertEquals(positions.sinceId("forward"), "row 1");
});

Deno.test("a backfill that comes to the end of the log stands for both passes", () => {
  const positions = withDeferred();
  for (const number of [2, 3, 5]) positions.see(row(number), "backfill");
  positions.endBackfill();
  assertEquals([...sinceIds(positions), positions.hasDeferred], ["row 5", undefined, false]);
  // One that goes by time knows no row to go on from.
  const byTime = new ReadPositions();
  byTime.defer(row(1), "forward");
  byTime.see(row(2), "forward");
  assertEquals(sinceIds(byTime), ["row 2", undefined]);
  byTime.endBackfill();
  assertEquals([...sinceIds(byTime), byTime.hasDeferred], ["row 2", undefined, false]);
});

Deno.test("a restart goes by time and knows of nothing that was left", () => {
  for (const positions of [withDeferred(), new ReadPositions(row(1))]) {
    positions.leave(row(9), "forward");
    positions.restart();
    assertEquals(sinceIds(positions), [undefined, undefined]);
    assertEquals([positions.hasDeferred, positions.firstLeftSeq], [false, undefined]);
  }
});
