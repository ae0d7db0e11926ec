import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { EditError, entryAt, putEntry, removeEntry } from "../../../src/commands/edit/format.ts";
import { applySplices } from "../../../src/commands/edit/splice.ts";
import { ENTRY, LANGUAGES, OTHER_ENTRY } from "./fixtures.ts";

for (const { name: language, format, path, fixtures, refused } of LANGUAGES) {
  for (const { name, text, keys = 0, needsBackup = false } of fixtures) {
    Deno.test(`${language}, ${name}: an entry comes, changes and goes, and nothing else does`, () => {
      const put = applySplices(text, putEntry(format, text, path, ENTRY));
      assertEquals(entryAt(format, put, path), ENTRY);
      const again = applySplices(put, putEntry(format, put, path, ENTRY));
      assertEquals(again, put, "the same entry once more");
      const replaced = applySplices(put, putEntry(format, put, path, OTHER_ENTRY));
      assertEquals(entryAt(format, replaced, path), OTHER_ENTRY);
      for (const each of [put, replaced]) {
        const gone = applySplices(each, removeEntry(format, each, path, keys));
        assertEquals(entryAt(format, gone, path), undefined);
        if (!needsBackup && text !== "") assertEquals(gone, text);
      }
    });
  }

  Deno.test(`${language}: what goes in is one line end and one indentation`, () => {
    const text = applySplices("", putEntry(format, "", path, ENTRY));
    assert(text.endsWith("\n") && !text.includes("\r") && !text.includes("\t"), text);
    const [crlf] = fixtures.filter(({ name }) => name === "CRLF");
    assert(crlf);
    const put = applySplices(crlf.text, putEntry(format, crlf.text, path, ENTRY));
    assertEquals(put.replaceAll("\r\n", "").includes("\n"), false);
  });

  Deno.test(`${language}: an entry that is not there is not removed`, () => {
    for (const { text, name } of fixtures) {
      assertEquals(removeEntry(format, text, path), [], name);
    }
  });

  for (const { name, text, at } of refused) {
    Deno.test(`${language}, ${name}: refused, with the place and without the text`, () => {
      const error = assertThrows(() => putEntry(format, text, path, ENTRY), EditError);
      assertStringIncludes(error.message, `(${at}`);
      assertEquals(error.message.includes("<<<"), false);
    });
  }
}
