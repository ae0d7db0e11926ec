import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { truncateList } from "../../../src/tools/support/truncate_list.ts";

const LIMIT = 256 * 1024;

function sizeOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).byteLength;
}

Deno.test("a list that fits is shown as it is", () => {
  const items = [{ text: "a", rows: [1, null, true] }, "b", 3];
  assertEquals(truncateList(items), { items, omitted: 0 });
  assertEquals(truncateList([]), { items: [], omitted: 0 });
});

Deno.test("property: what is shown fits, and nothing that would fit is left out", () => {
  const item = fc.record({
    text: fc.tuple(fc.string({ unit: "binary", maxLength: 3 }), fc.nat(30_000))
      .map(([unit, count]) => unit.repeat(count)),
  });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 20 }), (items) => {
      const { items: kept, omitted } = truncateList(items);
      assertEquals(kept.length + omitted, items.length);
      assert(sizeOf(kept) <= LIMIT + 2);
      if (omitted > 0) {
        assert(sizeOf(truncateList(items.slice(0, kept.length + 1)).items) <= LIMIT + 2);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("a very long text anywhere in an item is cut between characters, with a word about it", () => {
  const { items } = truncateList([{ deep: [{ text: "\u{1f600}".repeat(100_000) }] }]);
  const text = String(items[0]?.deep[0]?.text);
  assert(text.isWellFormed() && text.length < 70_000);
  assert(text.endsWith("… [cut; 200000 characters]"), text.slice(-40));
});

Deno.test("one item of very many texts is left out, unless there must be one", () => {
  const item = Array.from({ length: 10 }, () => "x".repeat(60_000));
  assertEquals(truncateList([item, "b"]), { items: [], omitted: 2 });
  assertEquals(truncateList([item, "b"], { atLeastOne: true }), { items: [item], omitted: 1 });
});

Deno.test("a list that fills a result to the last byte is shown whole, with one byte more it is not", () => {
  // Each with its quotes and its comma is an eighth of 256 KiB.
  const text = "x".repeat(32 * 1024 - 3);
  const full = Array.from({ length: 8 }, () => text);
  assertEquals(truncateList(full).omitted, 0);
  assertEquals(truncateList([...full.slice(1), `${text}x`]).omitted, 1);
});
