import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import * as z from "zod/mini";
import { coerceArguments } from "../../../src/tools/support/coerce_arguments.ts";

const SCHEMA = z.object({
  count: z.optional(z.number()),
  list: z.array(z.any()),
  card: z.looseObject({}),
  text: z.string(),
});

Deno.test("a number that was written as a string is that number", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (count) => {
    assertEquals(coerceArguments(SCHEMA, { count: ` ${count} ` }), { count: count + 0 });
  }));
});

Deno.test("an array or an object that was written as a string is read", () => {
  fc.assert(fc.property(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (
    list,
    card,
  ) => {
    const json = JSON.stringify({ list, card });
    const expected = JSON.parse(json);
    assertEquals(
      coerceArguments(SCHEMA, { list: JSON.stringify(list), card: JSON.stringify(card) }),
      expected,
    );
  }));
});

Deno.test("a string argument stays what it is, whatever it looks like", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.double().map(String)), (text) => {
    assertEquals(coerceArguments(SCHEMA, { text }), { text });
  }));
});

Deno.test("what is ambiguous stays a string, to be refused by name", () => {
  for (const count of ["", "five", "1,5", "1 2", "0x10", "1e9999", "Infinity", "NaN", "--1"]) {
    assertEquals(coerceArguments(SCHEMA, { count }), { count });
  }
  for (const other of ["", "null", "5", "[", "{", "/a/path"]) {
    assertEquals(coerceArguments(SCHEMA, { list: other, card: other }), {
      list: other,
      card: other,
    });
  }
  assertEquals(coerceArguments(SCHEMA, { list: "{}", card: "[]" }), { list: "{}", card: "[]" });
});

Deno.test("what is not an object of arguments, and unknown arguments, pass", () => {
  for (const args of [undefined, null, 5, "x", []]) {
    assert(Object.is(coerceArguments(SCHEMA, args), args));
  }
  assertEquals(coerceArguments(SCHEMA, { other: "5", __proto__: null }), { other: "5" });
});
