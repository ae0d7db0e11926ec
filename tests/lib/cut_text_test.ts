import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { cutText } from "../../src/lib/cut_text.ts";

Deno.test("a text that fits is left alone", () => {
  assertEquals(cutText("boat", 4), "boat");
  assertEquals(cutText("", 0), "");
});

Deno.test("a cut falls between characters", () => {
  assertEquals(cutText("ab⛵🚣c", 3), "ab⛵");
  assertEquals(cutText("ab⛵🚣c", 4), "ab⛵");
  assertEquals(cutText("ab⛵🚣c", 5), "ab⛵🚣");
});

Deno.test("the beginning of a text is one, at most one unit shorter than was allowed", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, length) => {
    const cut = cutText(text, length);
    assert(text.startsWith(cut));
    assert(cut.isWellFormed());
    assert(cut.length >= Math.min(text.length, length) - 1);
  }));
});
