import { assertEquals, assertStringIncludes } from "@std/assert";
import { numberOr, type NumberRule } from "../../src/config/numbers.ts";

/** The number taken from this text, and what was noticed. */
function taken(text: string | undefined, rule: NumberRule = {}): [number, readonly string[]] {
  const notices: string[] = [];
  return [numberOr(() => text, "NAME", 7, rule, notices), notices];
}

Deno.test("unset takes the default without a word", () => assertEquals(taken(undefined), [7, []]));

Deno.test("a number within the rule is taken", () => {
  assertEquals(taken("2.5"), [2.5, []]);
  assertEquals(taken("0", { integer: true, min: 0 }), [0, []]);
  assertEquals(taken("60", { max: 60 }), [60, []]);
});

Deno.test("what breaks the rule takes the default, and the notice says what was expected", () => {
  const cases: [string, NumberRule, string][] = [
    ["many", {}, 'Ignoring NAME: expected a number, got "many"; using 7'],
    ["Infinity", {}, 'expected a number, got "Infinity"'],
    ["NaN", {}, 'expected a number, got "NaN"'],
    ["1.5", { integer: true, min: 1 }, 'expected a whole number at least 1, got "1.5"'],
    ["-1", { integer: true, min: 0 }, 'expected a whole number at least 0, got "-1"'],
    ["0", { above: 0, max: 9 }, 'expected a number above 0 and at most 9, got "0"'],
    ["10", { above: 0, max: 9 }, 'got "10"'],
  ];
  for (const [text, rule, notice] of cases) {
    const [number, [line = "", ...others]] = taken(text, rule);
    assertEquals([number, others], [7, []]);
    assertStringIncludes(line, notice);
  }
});
