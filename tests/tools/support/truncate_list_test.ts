import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fitting } from "../../../src/tools/support/truncate_list.ts";

const LIMIT = 256 * 1024;

function sizeOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).byteLength;
}

Deno.test("a list that fits is shown as it is", () => {
  const items = [{ text: "a", rows: [1, null, true] }, "b", 3];
  assertEquals(fitting(items), { shown: items, leftOut: 0 });
  assertEquals(fitting([]), { shown: [], leftOut: 0 });
});

Deno.test("property: what is shown fits, and nothing that would fit is left out", () => {
  const item = fc.record({
    text: fc.tuple(fc.string({ unit: "binary", maxLength: 3 }), fc.nat(30_000))
      .map(([unit, count]) => unit.repeat(count)),
  });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 20 }), (items) => {
      const { shown, leftOut } = fitting(items);
      assertEquals(shown.length + leftOut, items.length);
      assert(sizeOf(shown) <= LIMIT + 2);
      if (leftOut > 0) assert(sizeOf(fitting(items.slice(0, shown.length + 1)).shown) <= LIMIT + 2);
    }),
    { numRuns: 50 },
  );
});

Deno.test("a very long text anywhere in an item is cut between characters, with a word about it", () => {
  const { shown } = fitting([{ deep: [{ text: "\u{1f600}".repeat(100_000) }] }]);
  const text = String(shown[0]?.deep[0]?.text);
  assert(text.isWellFormed() && text.length < 70_000);
  assert(text.endsWith("… [cut; 200000 characters]"), text.slice(-40));
});

Deno.test("one item of very many texts is left out, unless there must be one", () => {
  const item = Array.from({ length: 10 }, () => "x".repeat(60_000));
  assertEquals(fitting([item, "b"]), { shown: [], leftOut: 2 });
  assertEquals(fitting([item, "b"], { atLeastOne: true }), { shown: [item], leftOut: 1 });
});
