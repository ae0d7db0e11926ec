/** What of a file stays although its text is another: its place, its links, its mode, its owner. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigFileError } from "../../../src/commands/edit/config_file_error.ts";
import { backupPath, carryOut, planPut } from "../../../src/commands/edit/entry_edit.ts";
import { entryAt } from "../../../src/commands/edit/format.ts";
import { reasonOf } from "../../../src/lib/system_error.ts";
import { modeOf, posixTest, TestDir } from "../../support/test_dir.ts";
import { NOT_ROOT, testUnless } from "../../support/test_unless.ts";
import { ENTRY, LANGUAGES } from "./fixtures.ts";
import { JSON_FORMAT, JSON_PATH, JSON_TEXT, put, remove } from "./put.ts";

for (const { name: language, format, path: at, fixtures } of LANGUAGES) {
  const text = fixtures.find(({ name }) => name === "CRLF")?.text ?? "";

  posixTest(
    `${language}: the file keeps its mode, read-only or not; the backup is private`,
    async () => {
      await using dir = await TestDir.make();
      for (const mode of [0o444, 0o400, 0o600, 0o644, 0o664]) {
        const path = await dir.write(`config-${mode}`, text, mode);
        await put(path, ENTRY, format, at);
        assertEquals(await modeOf(path), mode);
        assertEquals(await modeOf(backupPath(path)), 0o600);
        await remove(path, format, at);
        assertEquals(await modeOf(path), mode);
        assertEquals(await Deno.readTextFile(path), text);
      }
    },
  );

  posixTest(
    `${language}: a link stays one, and what it leads to is as it was in the end`,
    async () => {
      await using dir = await TestDir.make();
      await Deno.mkdir(dir.at("dotfiles"));
      const target = await dir.write("dotfiles/config", text);
      await Deno.symlink("dotfiles/config", dir.at("config"));
      await put(dir.at("config"), ENTRY, format, at);
      assertEquals(entryAt(format, await Deno.readTextFile(target), at), ENTRY);
      await remove(dir.at("config"), format, at);
      assertEquals(await Deno.readTextFile(target), text);
      assert((await Deno.lstat(dir.at("config"))).isSymlink);
      assertEquals(await dir.names(), ["config", "dotfiles"]);
    },
  );
}

Deno.test("a file that is marked as read-only is edited, and stays read-only", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("config", JSON_TEXT, 0o444);
  await put(path);
  assertEquals(entryAt(JSON_FORMAT, await Deno.readTextFile(path), JSON_PATH), ENTRY);
  await remove(path);
  assertEquals(await Deno.readTextFile(path), JSON_TEXT);
  const { mode } = await Deno.stat(path);
  assertEquals((mode ?? 0) & 0o200, 0);
  await Deno.chmod(path, 0o600); // Windows removes none that is read-only.
});

posixTest("a file that install makes is its owner's alone", async () => {
  await using dir = await TestDir.make();
  await put(dir.at("new", "config"));
  assertEquals(await modeOf(dir.at("new", "config")), 0o600);
});

posixTest("links stay links: the file that they lead to is edited", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("dotfiles"));
  const target = await dir.write("dotfiles/config", JSON_TEXT);
  await Deno.symlink("dotfiles/config", dir.at("relative"));
  await Deno.symlink(dir.at("relative"), dir.at("config"));
  await put(dir.at("config"));
  assertEquals(entryAt(JSON_FORMAT, await Deno.readTextFile(target), JSON_PATH), ENTRY);
  assert((await Deno.lstat(dir.at("config"))).isSymlink);
  // Beside the target: the link may be in a repository, and the target full of credentials.
  assertEquals(await dir.names(), ["config", "dotfiles", "relative"]);
  assertEquals(await Deno.readTextFile(backupPath(target)), JSON_TEXT);
  await remove(dir.at("config"));
  assertEquals(await Deno.readTextFile(target), JSON_TEXT);
  assert((await Deno.lstat(dir.at("config"))).isSymlink);
});

posixTest("a link to nothing gets what it leads to", async () => {
  await using dir = await TestDir.make();
  await Deno.symlink(dir.at("later"), dir.at("config"));
  await put(dir.at("config"));
  assertEquals(entryAt(JSON_FORMAT, await Deno.readTextFile(dir.at("later")), JSON_PATH), ENTRY);
  await remove(dir.at("config"));
  assertEquals(await dir.names(), ["config"]);
});

posixTest(
  "a file that must be in a folder is in no other one, whatever links lead there",
  async () => {
    await using dir = await TestDir.make();
    const folder = dir.at("folder");
    await Deno.mkdir(`${folder}/sub`, { recursive: true });
    const outside = await dir.write("outside", JSON_TEXT);
    await dir.write("folder/sub/inside", JSON_TEXT);
    await Deno.symlink("..", `${folder}/up`);
    const links = {
      relative: "../outside",
      absolute: outside,
      "through-a-directory": "up/outside",
      dangling: "../nothing",
      "dangling-inside": "nothing",
    };
    const path = `${folder}/config`;
    const put = () =>
      carryOut(path, (file) => planPut(file, JSON_FORMAT, JSON_PATH, ENTRY, true), folder);
    for (const target of Object.values(links)) {
      await Deno.symlink(target, path);
      const error = await assertRejects(put, ConfigFileError);
      assertStringIncludes(error.message, `${path} is a link to `);
      assertStringIncludes(error.message, target.replace(/.*\//, ""));
      assertEquals(await Deno.readTextFile(outside), JSON_TEXT);
      await Deno.remove(path);
    }
    assertEquals(await dir.names(), ["folder", "outside"]);
    await Deno.symlink("sub/inside", path);
    await put();
    const text = await Deno.readTextFile(`${folder}/sub/inside`);
    assertEquals(entryAt(JSON_FORMAT, text, JSON_PATH), ENTRY);
  },
);

posixTest("a link to itself, a directory and another encoding are refused by name", async () => {
  await using dir = await TestDir.make();
  await Deno.symlink("loop", dir.at("loop"));
  await Deno.mkdir(dir.at("directory"));
  await dir.write("utf-16", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]));
  await dir.write("latin-1", new Uint8Array([0x7b, 0xe4, 0x7d]));
  for (const name of ["loop", "directory", "utf-16", "latin-1"]) {
    const error = await assertRejects(() => put(dir.at(name)), ConfigFileError);
    assertStringIncludes(error.message, dir.at(name));
  }
});

testUnless(
  NOT_ROOT,
  "a file stays its owner's, whoever installs",
  async () => {
    await using dir = await TestDir.make();
    const path = await dir.write("config", JSON_TEXT, 0o640);
    await Deno.chown(path, 12_345, 23_456);
    for (const edit of [() => put(path), () => remove(path)]) {
      await edit();
      const { uid, gid } = await Deno.stat(path);
      assertEquals([uid, gid, await modeOf(path)], [12_345, 23_456, 0o640]);
    }
  },
);

Deno.test("what is advised for the state directory is not advised for a client's file", () => {
  const reason = (error: unknown) => new ConfigFileError(`Cannot write /f: ${reasonOf(error)}`);
  for (const code of ["ENOSPC", "EDQUOT", "EROFS", "ESTALE"]) {
    const { message } = reason(Object.assign(new Error("x"), { code }));
    assertEquals(message.includes("CONFIGS_DIR"), false, message);
  }
  assertEquals(
    reason(Object.assign(new Error("x"), { code: "EROFS" })).message,
    "Cannot write /f: the file system is read-only (EROFS)",
  );
  assertEquals(
    new ConfigFileError(
      "Cannot replace /f: got a directory. Remove it by hand, or choose another state directory " +
        "with CONFIGS_DIR.",
    ).message,
    "Cannot replace /f: got a directory. Remove it by hand.",
  );
});

Deno.test("a file where the directory should be is told as that", async () => {
  await using dir = await TestDir.make();
  await dir.write("client", "");
  const error = await assertRejects(() => put(dir.at("client", "config")), ConfigFileError);
  assertStringIncludes(error.message, "a file is where its directory should be");
});
