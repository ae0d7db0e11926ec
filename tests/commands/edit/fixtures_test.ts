/** Each format's files hold every kind that people and clients leave behind. */
import { assert, assertEquals } from "@std/assert";
import { LANGUAGES } from "./fixtures.ts";

/** How a kind is told from a file's name or its text; those of links and modes are files_test.ts's. */
const KINDS: Readonly<Record<string, (text: string, name: string) => boolean>> = {
  comments: (_, name) => /comment/.test(name),
  "odd indentation": (_, name) => /odd indentation/.test(name),
  CRLF: (text) => text.includes("\r\n"),
  BOM: (text) => text.startsWith("\uFEFF"),
  "trailing commas": (_, name) => /trailing comma/.test(name),
  empty: (text) => text === "",
  "duplicate keys": (_, name) => /duplicate|twice/.test(name),
  "1 MB": (text) => text.length > 1_000_000,
};

for (const { name, fixtures, refused } of LANGUAGES) {
  Deno.test(`${name}: every kind of file is among those that are edited or refused`, () => {
    assert(fixtures.length >= 12, `${fixtures.length} files`);
    assert(refused.length >= 5, `${refused.length} refused`);
    const missing = Object.entries(KINDS).filter(([, isOne]) =>
      ![...fixtures, ...refused].some(({ text, name }) => isOne(text, name))
    );
    assertEquals(missing.map(([kind]) => kind), []);
  });
}
