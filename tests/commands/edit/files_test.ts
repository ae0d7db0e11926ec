import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ConfigFile } from "../../../src/commands/edit/config_file.ts";
import { ConfigFileError } from "../../../src/commands/edit/config_file_error.ts";
import { backupPath, carryOut, planPut } from "../../../src/commands/edit/entry_edit.ts";
import { EditError, entryAt, type KeyPath } from "../../../src/commands/edit/format.ts";
import { TestDir } from "../../support/test_dir.ts";
import { ENTRY, LANGUAGES, OTHER_ENTRY } from "./fixtures.ts";
import { JSON_FORMAT, JSON_PATH, JSON_TEXT, put, remove } from "./put.ts";

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

Deno.test("an edit that fails leaves the backup as it was", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("config", JSON_TEXT);
  const fail = () =>
    carryOut(path, async (file) => {
      const edit = await planPut(file, JSON_FORMAT, JSON_PATH, ENTRY, false);
      return { ...edit, file: { ...edit.file, text: `${JSON_TEXT} ` } };
    });
  await assertRejects(fail, ConfigFileError);
  assertEquals(await dir.names(), ["config"]);
  await dir.write("config.molecule-backup", "older", 0o600);
  await assertRejects(fail, ConfigFileError);
  assertEquals(await Deno.readTextFile(backupPath(path)), "older");
  assertEquals(await Deno.readTextFile(path), JSON_TEXT);
});
