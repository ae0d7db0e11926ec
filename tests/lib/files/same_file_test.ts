import { assertEquals } from "@std/assert";
import { isSameFile } from "../../../src/lib/files/same_file.ts";
import { TestDir } from "../../support/test_dir.ts";

Deno.test("a file is told from another, by its number", async () => {
  await using dir = await TestDir.make();
  const [one, other] = [await dir.write("one", ""), await dir.write("other", "")];
  using file = await Deno.open(one);
  const opened = await file.stat();
  assertEquals(isSameFile(opened, await Deno.lstat(one)), true);
  assertEquals(isSameFile(opened, await Deno.lstat(other)), false);
});

Deno.test("where one of them has no number, nothing speaks against it", async () => {
  await using dir = await TestDir.make();
  const look = await Deno.lstat(await dir.write("one", ""));
  for (const ino of [null, 0]) {
    assertEquals(isSameFile({ ...look, ino }, look), true);
    assertEquals(isSameFile(look, { ...look, ino }), true);
  }
});
