import { assertEquals, assertRejects } from "@std/assert";
import { isUnknownToFileSystem, syncFile } from "../../../src/lib/files/sync_file.ts";
import { TestDir } from "../../support/test_dir.ts";

function systemError(code: string): Error {
  return Object.assign(new Error("os error"), { code });
}

/** A file whose `fsync` fails like this. */
async function synced(error: Error): Promise<boolean> {
  await using dir = await TestDir.make();
  using file = await Deno.open(await dir.write("file", "a"), { write: true });
  file.sync = () => Promise.reject(error);
  return await syncFile(file);
}

Deno.test("a file system that can make it last does", async () => {
  await using dir = await TestDir.make();
  using file = await Deno.open(await dir.write("file", "a"), { write: true });
  assertEquals(await syncFile(file), true);
});

for (const code of ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]) {
  Deno.test(`${code}: the file system does not know the call, which is no failure`, async () => {
    assertEquals(await synced(systemError(code)), false);
    assertEquals(isUnknownToFileSystem(systemError(code)), true);
  });
}

Deno.test("neither is it where Deno itself says so", async () => {
  assertEquals(await synced(new Deno.errors.NotSupported("no")), false);
});

Deno.test("anything else is a failure", async () => {
  for (const error of [systemError("ENOSPC"), new Error("EINVAL")]) {
    assertEquals(isUnknownToFileSystem(error), false);
    await assertRejects(() => synced(error), Error, error.message);
  }
});

Deno.test('on Windows "incorrect function", which Deno calls EISDIR, is a call that is not known', () => {
  const error = Object.assign(new Error("x"), { code: "EISDIR" });
  assertEquals(isUnknownToFileSystem(error, "windows"), true);
  assertEquals(isUnknownToFileSystem(error, "linux"), false);
});
