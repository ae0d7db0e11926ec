import { assertEquals } from "@std/assert";
import { clipped, visiblePieces, visibleText } from "../../src/page/text/visible_text.ts";

Deno.test("what hides in a text is named: controls, marks of direction, tags, lone surrogates", () => {
  assertEquals(
    visibleText("a\u202eb\u0000c\u{e0041}d\ud800"),
    "a[U+202E]b[U+0000]c[U+E0041]d[U+D800]",
  );
  assertEquals(visiblePieces("\u200b"), [{ kind: "mark", name: "U+200B" }]);
});

Deno.test("letters of every script, emoji, tabs and line ends stay", () => {
  const text = "שלום \u200f\u200e مرحبا 👩‍🚀 é\tx\ny";
  assertEquals(visibleText(text), text);
  assertEquals(visibleText("a\r\nb\rc"), "a\nb\nc");
  assertEquals(visiblePieces(""), []);
});

Deno.test("a text is clipped between characters", () => {
  assertEquals(clipped("abcdef", 6), "abcdef");
  assertEquals(clipped("abcdef", 3), "abc…");
  assertEquals(clipped("ab👩", 3), "ab…");
});
