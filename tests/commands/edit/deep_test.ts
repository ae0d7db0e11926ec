import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { diffOf } from "../../../src/commands/edit/diff.ts";
import { EditError, entryAt, putEntry, removeEntry } from "../../../src/commands/edit/format.ts";
import { applySplices } from "../../../src/commands/edit/splice.ts";
import { ENTRY, LANGUAGES } from "./fixtures.ts";

/** Where the parsers, the comparison and the copy give up, each at a depth of its own. */
const DEPTHS = [100, 1_000, 2_000, 2_500, 3_000, 5_000, 8_000];

for (const { name: language, format, path } of LANGUAGES) {
  Deno.test(`${language}: what is nested too deeply is refused, never a crash`, () => {
    let refusals = 0;
    for (const depth of DEPTHS) {
      const lists = "[".repeat(depth) + "]".repeat(depth);
      const text = language === "TOML" ? `deep = ${lists}\n` : `{"deep": ${lists}}\n`;
      for (
        const attempt of [
          () => entryAt(format, text, path),
          () => diffOf("/f", text, putEntry(format, text, path, ENTRY)),
          () => applySplices(text, removeEntry(format, text, ["deep"])),
        ]
      ) {
        try {
          attempt();
        } catch (error) {
          assert(error instanceof EditError, `${depth}: ${error}`);
          assertStringIncludes(error.message, "nested too deeply");
          refusals++;
        }
      }
    }
    assertEquals(refusals > 0, true);
  });
}
