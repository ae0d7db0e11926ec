import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ConfigFile } from "../../../src/commands/edit/config_file.ts";
import { ConfigFileError } from "../../../src/commands/edit/config_file_error.ts";
import {
  backupPath,
  carryOut,
  planPut,
  planRemove,
} from "../../../src/commands/edit/entry_edit.ts";
import { EditError, entryAt, type Format } from "../../../src/commands/edit/format.ts";
import type { KeyPath } from "../../../src/commands/edit/format.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { modeOf, posixTest, TestDir } from "../../support/test_dir.ts";
import { ENTRY, LANGUAGES, OTHER_ENTRY } from "./fixtures.ts";

const [JSON_LANGUAGE] = LANGUAGES;
assert(JSON_LANGUAGE);
const { format: JSON_FORMAT, path: JSON_PATH } = JSON_LANGUAGE;
const JSON_TEXT = '{\n  "mcpServers": {\n    "b": { "command": "b" }\n  }\n}\n';

/** What `install` does to a file, and `uninstall`, which depend on nothing else. */
const put = (
  path: string,
  entry: JsonObject = ENTRY,
  format: Format = JSON_FORMAT,
  at: KeyPath = JSON_PATH,
) => carryOut(path, (file) => planPut(file, format, at, entry, true));
const remove = (path: string, format: Format = JSON_FORMAT, at: KeyPath = JSON_PATH) =>
  carryOut(path, (file) => planRemove(file, format, at));

for (const { name: language, format, path: at, fixtures, refused } of LANGUAGES) {
  Deno.test(`${language}: each file is byte for byte what it was, and nothing lies beside it`, async () => {
    await using dir = await TestDir.make();
    for (const { name, text } of fixtures) {
      const path = await dir.write("config", text);
      await put(path, ENTRY, format, at);
      assertEquals(entryAt(format, await Deno.readTextFile(path), at), ENTRY, name);
      assertEquals(await Deno.readTextFile(backupPath(path)), text, name);
      await put(path, OTHER_ENTRY, format, at);
      await remove(path, format, at);
      assertEquals(await Deno.readFile(path), new TextEncoder().encode(text), name);
      assertEquals(await dir.names(), ["config"], name);
    }
  });

  Deno.test(`${language}: a file that install made is gone after uninstall`, async () => {
    await using dir = await TestDir.make();
    const path = dir.at("deep", "er", "config");
    await put(path, ENTRY, format, at);
    await put(path, OTHER_ENTRY, format, at);
    await remove(path, format, at);
    assertEquals(await Array.fromAsync(Deno.readDir(dir.at("deep", "er"))), []);
  });

  Deno.test(`${language}: a refused file is not touched`, async () => {
    await using dir = await TestDir.make();
    for (const { text } of refused) {
      const path = await dir.write("config", text);
      await assertRejects(() => put(path, ENTRY, format, at), EditError);
      assertEquals(await Deno.readTextFile(path), text);
      assertEquals(await dir.names(), ["config"]);
    }
  });

  Deno.test(`${language}: what others write between install and uninstall stays`, async () => {
    await using dir = await TestDir.make();
    for (const { text, keys = 0, needsBackup } of fixtures) {
      if (needsBackup || text === "") continue;
      const path = await dir.write("config", text);
      await put(path, ENTRY, format, at);
      const later: KeyPath = ["added_later"];
      await carryOut(path, async (file) => {
        const edit = await planPut(file, format, later, OTHER_ENTRY, false);
        return { ...edit, backup: "keep" };
      });
      const expected = (await planPut(
        { path, target: path, text, mode: undefined },
        format,
        later,
        OTHER_ENTRY,
        false,
      )).text;
      await remove(path, format, at);
      const left = await Deno.readTextFile(path);
      assertEquals(entryAt(format, left, later), OTHER_ENTRY);
      assertEquals(entryAt(format, left, at), undefined);
      if (keys === 1) assertEquals(left, expected);
      await Deno.remove(backupPath(path));
    }
  });
}

Deno.test("a second edit that changes nothing writes nothing", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("config", JSON_TEXT);
  await put(path);
  const { mtime } = await Deno.stat(path);
  const edit = await carryOut(path, () => Promise.resolve(undefined));
  assertEquals(edit, undefined);
  assertEquals((await Deno.stat(path)).mtime, mtime);
});

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

Deno.test("a file that somebody else writes meanwhile is read again", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("config", JSON_TEXT);
  let plans = 0;
  await carryOut(path, async (file: ConfigFile) => {
    const edit = await planPut(file, JSON_FORMAT, JSON_PATH, ENTRY, false);
    if (++plans === 1) await Deno.writeTextFile(path, '{\n  "numStartups": 2\n}\n');
    return edit;
  });
  assertEquals(plans, 2);
  const text = await Deno.readTextFile(path);
  assertEquals(entryAt(JSON_FORMAT, text, JSON_PATH), ENTRY);
  assertEquals(entryAt(JSON_FORMAT, text, ["numStartups"]), 2);
  assertEquals(await dir.names(), ["config", "config.molecule-backup"]);
});

Deno.test("a file that keeps changing is left alone in the end", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("config", JSON_TEXT);
  let writes = 0;
  const error = await assertRejects(() =>
    carryOut(path, async (file: ConfigFile) => {
      const edit = await planPut(file, JSON_FORMAT, JSON_PATH, ENTRY, false);
      await Deno.writeTextFile(path, `{"writes":${++writes}}`);
      return edit;
    }), ConfigFileError);
  assertStringIncludes(error.message, "keeps changing");
  assertEquals(await Deno.readTextFile(path), `{"writes":${writes}}`);
});

Deno.test("many edits of one file at once: each is in it in the end", async () => {
  await using dir = await TestDir.make();
  for (const text of [JSON_TEXT, undefined]) {
    const path = text === undefined ? dir.at("new", "config") : await dir.write("config", text);
    const names = Array.from({ length: 12 }, (_, index) => `molecule-${index}`);
    await Promise.all(names.map((name) => put(path, ENTRY, JSON_FORMAT, ["mcpServers", name])));
    const after = await Deno.readTextFile(path);
    for (const name of names) {
      assertEquals(entryAt(JSON_FORMAT, after, ["mcpServers", name]), ENTRY);
    }
  }
});

for (const { name: language, format, path: at } of LANGUAGES) {
  Deno.test(`${language}: a file with nothing but the entry is kept, where a person added to it`, async () => {
    await using dir = await TestDir.make();
    const path = dir.at("config");
    const added = { ...ENTRY, env: { KEY: "x" } };
    await put(path, added, format, at);
    const text = await Deno.readTextFile(path);
    await put(path, ENTRY, format, at);
    assertEquals(await Deno.readTextFile(backupPath(path)), text);
    await remove(path, format, at);
    assertEquals(await Deno.readTextFile(path), text);
    await remove(path, format, at);
    assertEquals(await Deno.readTextFile(backupPath(path)), text);
  });
}
