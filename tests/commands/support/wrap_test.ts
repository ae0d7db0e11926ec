import { assertEquals } from "@std/assert";
import { wrap } from "../../../src/commands/support/wrap.ts";

Deno.test("lines are broken at spaces, and words stay whole", () => {
  assertEquals(wrap("one two three", 8), "one two\nthree");
  assertEquals(wrap("one two three", 7), "one two\nthree");
  assertEquals(wrap("one two three four", 9, "  "), "one two\n  three\n  four");
  assertEquals(wrap("a /very/long/path b", 6), "a\n/very/long/path\nb");
  assertEquals(wrap("", 6), "");
});

Deno.test("columns between several spaces, and lines to be copied, stay", () => {
  assertEquals(wrap("ok   token    /path/to/it here", 16), "ok   token    /path/to/it\nhere");
  assertEquals(wrap("Next:\n  a command with words", 10), "Next:\n  a command with words");
});

Deno.test("without a terminal nothing is broken", () => {
  assertEquals(wrap("one two three", undefined), "one two three");
});
