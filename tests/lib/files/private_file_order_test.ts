import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  PrivateFileError,
  removePrivateFile,
  writePrivateFile,
} from "../../../src/lib/files/private_file.ts";
import { age, posixTest, TestDir } from "../../support/test_dir.ts";

const OLD_TEMP = `secret.${"0123456789abcdef".repeat(2)}.tmp`;
const YOUNG_TEMP = `secret.${"f".repeat(32)}.tmp`;

Deno.test("of many writes at once the one asked for last wins", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("secret");
  const contents = Array.from({ length: 50 }, (_, i) => `${i}`.repeat(1 + (i * 37) % 100));
  await Promise.all(contents.map((content) => writePrivateFile(path, content)));
  assertEquals(await Deno.readTextFile(path), contents.at(-1));
  assertEquals(await dir.names(), ["secret"]);
});

Deno.test("two spellings of one path share its order", async () => {
  await using dir = await TestDir.make();
  for (let i = 0; i < 20; i++) {
    await Promise.all([
      writePrivateFile(`${dir.path}/./secret`, "x".repeat(100_000)),
      writePrivateFile(dir.at("secret"), "last"),
    ]);
    assertEquals(await Deno.readTextFile(dir.at("secret")), "last");
  }
});

Deno.test("a write that fails does not stop the next one", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("secret"));
  const failing = writePrivateFile(dir.at("secret"), "abc");
  await assertRejects(() => failing, PrivateFileError);
  await Deno.remove(dir.at("secret"));
  assertEquals(await writePrivateFile(dir.at("secret"), "abc"), true);
});

Deno.test("a removal waits for the writes before it", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("secret");
  await Promise.all([writePrivateFile(path, "abc"), removePrivateFile(path)]);
  assertEquals(await dir.names(), []);
  await Promise.all([removePrivateFile(path), writePrivateFile(path, "abc")]);
  assertEquals(await dir.names(), ["secret"]);
});

Deno.test("removing what is not there is fine", async () => {
  await using dir = await TestDir.make();
  await removePrivateFile(dir.at("secret"));
  await removePrivateFile(dir.at("no/such/directory"));
});

posixTest("removing refuses anything but a regular file", async () => {
  await using dir = await TestDir.make();
  const aim = await dir.write("aim", "abc");
  await Deno.symlink(aim, dir.at("link"));
  await Deno.mkdir(dir.at("directory"));
  for (const name of ["link", "directory"]) {
    await assertRejects(
      () => removePrivateFile(dir.at(name)),
      PrivateFileError,
      `Cannot remove ${dir.at(name)}: expected a regular file or nothing`,
    );
  }
  assertEquals(await dir.names(), ["aim", "directory", "link"]);
});

Deno.test("a write removes what a killed writer left long ago, and nothing else", async () => {
  await using dir = await TestDir.make();
  const others = [
    `another.${"0".repeat(32)}.tmp`,
    `secreu.${"0".repeat(32)}.tmp`,
    "secret.tmp",
    `secret.${"0".repeat(31)}.tmp`,
    `secret.${"0".repeat(32)}.tmp.old`,
  ];
  for (const name of [OLD_TEMP, ...others]) await age(await dir.write(name, "part of"), 2);
  await dir.write(YOUNG_TEMP, "another process is at this one");
  await writePrivateFile(dir.at("secret"), "abc");
  assertEquals(await dir.names(), [...others, YOUNG_TEMP, "secret"].sort());
});

Deno.test("a temporary file of almost an hour is left to its writer", async () => {
  await using dir = await TestDir.make();
  await age(await dir.write(OLD_TEMP, "slow"), 0.9);
  await writePrivateFile(dir.at("secret"), "abc");
  assertEquals(await dir.names(), [OLD_TEMP, "secret"].sort());
});

posixTest(
  "a directory that looks like an old temporary file stays and stops no write",
  async () => {
    await using dir = await TestDir.make();
    await Deno.mkdir(dir.at(OLD_TEMP));
    await age(dir.at(OLD_TEMP), 2);
    assert(await writePrivateFile(dir.at("secret"), "abc"));
    assertEquals(await dir.names(), [OLD_TEMP, "secret"].sort());
  },
);
