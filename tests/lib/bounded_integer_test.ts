import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { boundedInteger, integerWithin } from "../../src/lib/bounded_integer.ts";

const BOUNDS = { min: -5, max: 1_000 };
const outside = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(NaN, Infinity, -Infinity, 1e308, -1e308, -0, 0.4, -0.4, 2 ** 53),
  fc.jsonValue(),
  fc.string(),
);

Deno.test("a number from outside is rounded and held within the bounds", () => {
  const cases = [[7, 7], [7.5, 8], [-9, -5], [1e308, 1_000], [Infinity, 1_000], [-Infinity, -5]];
  for (const [given, expected] of cases) assertEquals(boundedInteger(given, BOUNDS), expected);
  for (const given of [NaN, "7", null, undefined, [7], {}, true]) {
    assertEquals(boundedInteger(given, BOUNDS), undefined, String(given));
  }
});

Deno.test("property: whatever is given, it is absent or a whole number within the bounds", () => {
  fc.assert(fc.property(outside, fc.integer(), fc.nat(), (value, min, width) => {
    const bounds = { min, max: min + width };
    for (const read of [boundedInteger, integerWithin]) {
      const number = read(value, bounds);
      if (number === undefined) continue;
      assert(Number.isInteger(number) && number >= min && number <= bounds.max, `${number}`);
      assert(!Object.is(number, -0));
    }
  }));
});

Deno.test("what counts only as it was sent is absent beyond the bounds", () => {
  assertEquals(integerWithin(7, BOUNDS), 7);
  for (const given of [7.5, 1_001, -6, NaN, Infinity, "7"]) {
    assertEquals(integerWithin(given, BOUNDS), undefined, String(given));
  }
});
