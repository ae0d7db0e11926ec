import { assertEquals, assertRejects } from "@std/assert";
import { removeFile, replaceFile } from "../../../src/lib/files/replace_file.ts";
import { TestDir } from "../../support/test_dir.ts";

const neverPause = () => Promise.reject(new Error("waited"));

Deno.test("a file takes the place of another", async () => {
  await using dir = await TestDir.make();
  await replaceFile(await dir.write("new", "new"), await dir.write("target", "old"));
  assertEquals(await Deno.readTextFile(dir.at("target")), "new");
  assertEquals(await dir.names(), ["target"]);
});

Deno.test("a file that others have open is replaced and removed once they let go", async () => {
  await using dir = await TestDir.make();
  const target = await dir.write("target", "old");
  for (const act of ["replace", "remove"]) {
    const reader = await Deno.open(target);
    const from = await dir.write("new", "new");
    let closed = false;
    // Windows asks for the pause; elsewhere nothing is in the way.
    const pause = () => {
      if (!closed) reader.close();
      closed = true;
      return Promise.resolve();
    };
    if (act === "replace") await replaceFile(from, target, { pause });
    else await removeFile(target, { pause });
    if (!closed) reader.close();
  }
  assertEquals(await dir.names(), ["new"]);
});

Deno.test("a file to rename or remove that is gone is not waited for", async () => {
  await using dir = await TestDir.make();
  const options = { attempts: 10, pause: neverPause };
  await assertRejects(
    () => replaceFile(dir.at("gone"), dir.at("target"), options),
    Deno.errors.NotFound,
  );
  await assertRejects(() => removeFile(dir.at("gone"), options), Deno.errors.NotFound);
});
