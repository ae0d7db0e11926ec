// Whichever these are, of JSR or scripts/npm_only/: both are held to the same.
import { basename, dirname, fromFileUrl, isAbsolute, join, resolve, toFileUrl } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { posixTest } from "../support/test_dir.ts";
import { NOT_WINDOWS, testUnless } from "../support/test_unless.ts";

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

testUnless(NOT_WINDOWS, "on Windows paths have backslashes, as those of Deno.realPath", () => {
  assertEquals(join("C:/a", "b/../c"), "C:\\a\\c");
  assertEquals(join("\\\\nas\\team", "a"), "\\\\nas\\team\\a");
  assertEquals(dirname("C:\\a\\b"), "C:\\a");
  assertEquals(resolve("C:\\a", "b"), "C:\\a\\b");
  assertEquals(basename("C:\\a\\b.txt"), "b.txt");
  assertEquals(fromFileUrl("file:///C:/a%20b/c"), "C:\\a b\\c");
  assertEquals(toFileUrl("C:\\a b\\c").href, "file:///C:/a%20b/c");
  const absolute = ["C:\\a", "c:/a", "\\a", "/a", "\\\\nas\\team"];
  assertEquals([...absolute, "C:a", "a", "~/a"].filter(isAbsolute), absolute);
});
