import { assertEquals } from "@std/assert";
import { decodeJson, field, isObject, textField } from "../../src/lib/json.ts";

Deno.test("text that is no JSON decodes to undefined", () => {
  for (const text of ["", "{", "<html>", "undefined", "{'a':1}"]) {
    assertEquals(decodeJson(text), undefined);
  }
});

Deno.test("only JSON objects are objects", () => {
  assertEquals([{}, { a: 1 }].map(isObject), [true, true]);
  assertEquals([null, [], 1, "a", undefined].map(isObject), [false, false, false, false, false]);
});

Deno.test("a field is an own member of an object, never one of the prototype", () => {
  assertEquals(field({ a: 1 }, "a"), 1);
  assertEquals(field({}, "constructor"), undefined);
  assertEquals(field({}, "toString"), undefined);
  for (const value of [null, [1], "text", undefined]) {
    assertEquals(field(value, "length"), undefined);
  }
});

Deno.test("a text field is a string that is not empty", () => {
  assertEquals(textField({ a: "x" }, "a"), "x");
  for (const value of ["", 1, null, {}, []]) assertEquals(textField({ a: value }, "a"), undefined);
});
