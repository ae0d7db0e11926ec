import { assertEquals } from "@std/assert";
import { type PendingRow, pendingRow, PendingRows } from "../../../src/inbox/state/pending_rows.ts";

function row(number: number, done = false): PendingRow {
  return pendingRow({ id: `row ${number}`, createdAt: `2026-05-04T10:11:1${number}Z` }, done);
}

function ids(rows: readonly PendingRow[]): string[] {
  return rows.map(({ id }) => id);
}

/** What the cursor may pass, and what was handled above it. */
function handled(rows: PendingRows): [leading: string[], above: string[]] {
  const { leading, above } = rows.handled(({ done }) => done, []);
  return [ids(leading), ids(above)];
}

Deno.test("a row that was met ahead is there once when it is met in order, and what is known of it stays", () => {
  const rows = new PendingRows();
  rows.addAhead(row(2, true));
  rows.append(row(1));
  assertEquals([rows.size, ...handled(rows)], [2, [], ["row 2"]]);
  assertEquals(rows.isInOrder("row 2"), false);
  rows.append(row(2));
  assertEquals([rows.size, ...handled(rows)], [2, [], ["row 2"]]);
  assertEquals(rows.isInOrder("row 2"), true);
  const first = rows.first;
  if (first) first.done = true;
  assertEquals(handled(rows), [["row 1", "row 2"], []]);
});

Deno.test("of consecutive rows that are not for the agent only the last is kept", () => {
  const rows = new PendingRows();
  rows.append(row(0));
  for (const number of [1, 2, 3]) {
    rows.append(row(number));
    rows.filter(`row ${number}`);
  }
  assertEquals([rows.size, ...handled(rows)], [2, [], ["row 3"]]);
  rows.append(row(4));
  rows.append(row(5));
  rows.filter("row 5");
  assertEquals([rows.size, ...handled(rows)], [4, [], ["row 3", "row 5"]]);
});

Deno.test("rows that the cursor has passed are forgotten, wherever they stood", () => {
  const rows = new PendingRows();
  const [one, two] = [row(1, true), row(2, true)];
  rows.append(one);
  rows.addAhead(two);
  rows.remove([one, two]);
  assertEquals([rows.size, rows.get(one.id), rows.get(two.id)], [0, undefined, undefined]);
});

Deno.test("the cursor never stands between two rows of one instant", () => {
  const rows = new PendingRows();
  const ofOneInstant = [row(2), row(3), row(4)].map((each) => ({ ...each, createdAt: "12:00" }));
  for (const each of [row(1, true), ...ofOneInstant]) rows.append(each);
  const [two, three] = ofOneInstant;
  if (two) two.done = true;
  assertEquals(handled(rows), [["row 1"], ["row 2"]], "row 3 would be skipped");
  // A row that was never met counts as well.
  if (three) three.done = true;
  const [, , four] = ofOneInstant;
  if (four) four.done = true;
  assertEquals(handled(rows), [["row 1", "row 2", "row 3", "row 4"], []]);
  const { leading } = rows.handled(({ done }) => done, ["12:00"]);
  assertEquals(ids(leading), ["row 1"]);
});

Deno.test("rows without a time are told apart by nothing, and hold nothing up", () => {
  const rows = new PendingRows();
  for (const number of [1, 2]) rows.append({ ...row(number, number === 1), createdAt: "" });
  assertEquals(handled(rows), [["row 1"], []]);
});

Deno.test("the numbers of rows that wait are those of both kinds, as far as rows have one", () => {
  const rows = new PendingRows();
  rows.append({ ...row(1, true), seq: 11 });
  rows.append({ ...row(2), seq: 12 });
  rows.append(row(3));
  rows.addAhead({ ...row(4), seq: 14 });
  rows.addAhead({ ...row(5, true), seq: 15 });
  assertEquals(rows.waitingSeqs(), [12, 14]);
});
