import { assertEquals } from "@std/assert";
import { RememberedText } from "../../../src/lib/files/remembered_text.ts";
import { posixTest, TestDir } from "../../support/test_dir.ts";

/** As if every file had been written long ago. */
const later = () => Date.now() + 60_000;

Deno.test("what is rewritten in place within one tick of the clock is noticed", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("token", "0000");
  const file = new RememberedText(path);
  for (let i = 1; i < 300; i++) {
    const content = String(i).padStart(4, "0");
    Deno.writeTextFileSync(path, content);
    assertEquals(await file.text(), content);
  }
});

Deno.test("a file that was remembered is read again when it is another", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("token", "first");
  const file = new RememberedText(path, { nowMs: later });
  assertEquals([await file.text(), await file.text()], ["first", "first"]);
  await dir.write("token", "longer than before");
  assertEquals(await file.text(), "longer than before");
  const { mtime } = await Deno.stat(path);
  await Deno.rename(await dir.write("new", "as long as the old"), path);
  if (mtime) await Deno.utime(path, mtime, mtime);
  assertEquals(await file.text(), "as long as the old");
  await Deno.remove(path);
  assertEquals(await file.text(), undefined);
  await dir.write("token", "back");
  assertEquals(await file.text(), "back");
});

posixTest("a link that leads to another file is noticed, where links are followed", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("link");
  await Deno.symlink(await dir.write("old", "token-1"), path);
  const file = new RememberedText(path, { followLinks: true, nowMs: later });
  assertEquals([await file.text(), await file.text()], ["token-1", "token-1"]);
  await Deno.symlink(await dir.write("new", "token-2"), dir.at("next"));
  await Deno.rename(dir.at("next"), path);
  assertEquals(await file.text(), "token-2");
  assertEquals(await new RememberedText(path).text(), undefined);
});

Deno.test("a file that looks as it did is not read again", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("token", "once");
  const file = new RememberedText(path, { nowMs: later });
  await file.text();
  const open = Deno.open;
  let opened = 0;
  try {
    Deno.open = (...args) => {
      opened += 1;
      return open(...args);
    };
    assertEquals(await file.text(), "once");
    assertEquals(opened, 0);
  } finally {
    Deno.open = open;
  }
});
