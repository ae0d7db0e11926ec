import { assertEquals, assertRejects } from "@std/assert";
import { readBoundedFile } from "../../../src/lib/files/bounded_file.ts";
import { TestDir } from "../../support/test_dir.ts";

Deno.test("a file up to the bound is read, a larger one is told by its size", async () => {
  await using dir = await TestDir.make();
  for (const size of [0, 1, 9, 10]) {
    const found = await readBoundedFile(await dir.write("file", new Uint8Array(size)), 10);
    assertEquals(found !== undefined && "bytes" in found && found.bytes.length, size);
  }
  const large = await dir.write("file", new Uint8Array(11));
  assertEquals(await readBoundedFile(large, 10), { tooLarge: 11 });
});

Deno.test({
  name: "a file that says it is empty and is not is read to the bound only",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    assertEquals(await readBoundedFile("/proc/self/status", 10), { tooLarge: 11 });
  },
});

Deno.test({
  name: "a link is followed only when that is asked for",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using dir = await TestDir.make();
    await Deno.symlink(await dir.write("file", "a"), dir.at("link"));
    assertEquals(await readBoundedFile(dir.at("link"), 10), undefined);
    const found = await readBoundedFile(dir.at("link"), 10, { followLinks: true });
    assertEquals(found, { bytes: new Uint8Array([0x61]) });
  },
});

Deno.test("a directory is no file, and what is not there is an error", async () => {
  await using dir = await TestDir.make();
  assertEquals(await readBoundedFile(dir.path, 10), undefined);
  await assertRejects(() => readBoundedFile(dir.at("none"), 10), Deno.errors.NotFound);
});
