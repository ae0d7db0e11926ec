import { assertEquals } from "@std/assert";
import { whileAlone } from "../../../src/commands/edit/edit_lock.ts";
import { TestDir } from "../../support/test_dir.ts";
import { posixTest } from "../../support/test_dir.ts";

for (const os of ["linux", "windows"] as const) {
  const test = os === "linux" ? posixTest : Deno.test;
  test(`as on ${os}: one after another, also after one that failed, and nothing stays`, async () => {
    await using dir = await TestDir.make();
    let inside = 0;
    const done = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        whileAlone(dir.at("config"), async () => {
          assertEquals(++inside, 1);
          await new Promise((resolve) => setTimeout(resolve, 1));
          inside--;
          if (index % 2 === 1) throw new Error("failed");
          return index;
        }, os)),
    );
    assertEquals(done.filter(({ status }) => status === "fulfilled").length, 4);
    assertEquals(
      done.flatMap((each) => each.status === "rejected" ? [String(each.reason)] : []),
      Array(4).fill("Error: failed"),
    );
    assertEquals(await dir.names(), []);
  });
}

Deno.test("what a killed process has left is not waited for", async () => {
  await using dir = await TestDir.make();
  const lock = await dir.write("config.molecule-lock", "");
  const longAgo = new Date(Date.now() - 3_600_000);
  await Deno.utime(lock, longAgo, longAgo);
  assertEquals(await whileAlone(dir.at("config"), () => Promise.resolve(1), "windows"), 1);
  assertEquals(await dir.names(), []);
});

Deno.test("where nothing can be locked, the work is done all the same", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("nowhere", "config");
  for (const os of ["linux", "windows"] as const) {
    assertEquals(await whileAlone(path, () => Promise.resolve(1), os), 1);
  }
});
