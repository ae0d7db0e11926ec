// Whichever these are, of JSR or scripts/npm_only/: both are held to the same.
import { fromFileUrl, toFileUrl } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { posixTest } from "../support/test_dir.ts";

posixTest("a path becomes a file: URL, and that the path again", () => {
  for (
    const [path, href] of [
      ["/a/b.ts", "file:///a/b.ts"],
      ["/a b/", "file:///a%20b/"],
      ["/100%/#1?", "file:///100%25/%231%3F"],
      ["/a\\b", "file:///a%5Cb"],
      ["/é\n", "file:///%C3%A9%0A"],
    ] as const
  ) {
    assertEquals(toFileUrl(path).href, href);
    assertEquals(fromFileUrl(href), path);
  }
});

Deno.test("a relative path is not a file URL, nor a web address a path", () => {
  assertThrows(() => toFileUrl("a/b.ts"), TypeError);
  assertThrows(() => fromFileUrl("https://example.com/a"), TypeError);
});
