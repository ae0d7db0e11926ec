import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { entryAt, putEntry, removeEntry } from "../../../src/commands/edit/format.ts";
import { applySplices } from "../../../src/commands/edit/splice.ts";
import { isObject } from "../../../src/lib/json.ts";
import { ENTRY, LANGUAGES } from "./fixtures.ts";

const eol = fc.constantFrom("\n", "\r\n");
const key = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== "__proto__");
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/).filter((text) =>
  !["null", "true", "false", "y", "n", "yes", "no", "on", "off"].includes(text)
);
const values = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });

/** A JSON object in any layout, in which `mcpServers` is missing, empty or has others. */
const jsonText = fc.record({
  before: values,
  servers: fc.option(fc.dictionary(key, fc.record({ command: fc.string() }), { maxKeys: 3 })),
  after: values,
  indent: fc.constantFrom("", " ", "  ", "   ", "\t"),
  end: fc.constantFrom("", "\n", "\n\n"),
  mark: fc.constantFrom("", "\uFEFF"),
  eol,
}).map(({ before, servers, after, indent, end, mark, eol }) => {
  const others = Object.entries({ ...before, ...after }).filter(([key]) => key !== "mcpServers");
  const root = Object.fromEntries([...others, ...servers ? [["mcpServers", servers]] : []]);
  delete servers?.molecule;
  return mark + (JSON.stringify(root, null, indent) + end).replaceAll("\n", eol);
});

const scalar = fc.oneof(
  fc.integer().map(String),
  fc.boolean().map(String),
  fc.string({ unit: "grapheme-ascii", maxLength: 12 }).map((text) => JSON.stringify(text)),
);
const remark = fc.constantFrom("", " # why", "  #");

/** A TOML file of keys, tables and comments. */
const tomlText = fc.record({
  top: fc.uniqueArray(word, { maxLength: 3 }),
  tables: fc.uniqueArray(word, { maxLength: 4 }),
  servers: fc.uniqueArray(word.filter((name) => name !== "molecule"), { maxLength: 3 }),
  value: scalar,
  remark,
  gap: fc.constantFrom("", "\n", "# c\n", "\n\n"),
  isEnded: fc.boolean(),
  eol,
}).map(({ top, tables, servers, value, remark, gap, isEnded, eol }) => {
  const lines = [
    ...top.map((name) => `t_${name} = ${value}${remark}\n`),
    ...servers.map((name) => `${gap}[mcp_servers.${name}]${remark}\ncommand = ${value}\n`),
    ...tables.map((name) => `${gap}[x_${name}]\na = [${value}, ${value}]${remark}\n`),
  ].join("");
  return (isEnded ? lines : lines.replace(/\n$/, "")).replaceAll("\n", eol);
});

/** A YAML file of mappings, lists, texts and comments. */
const yamlText = fc.record({
  top: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
  servers: fc.option(fc.uniqueArray(word.filter((name) => name !== "molecule"), { maxLength: 3 })),
  value: scalar,
  remark,
  unit: fc.constantFrom(" ", "  ", "    "),
  isFirst: fc.boolean(),
  isEnded: fc.boolean(),
  eol,
}).map(({ top, servers, value, remark, unit, isFirst, isEnded, eol }) => {
  const others = top.map((name, index) =>
    [
      `t_${name}: ${value}${remark}\n`,
      `t_${name}:${remark}\n${unit}a: ${value}\n${unit}b:\n${unit}- ${value}\n`,
      `t_${name}: [${value}, ${value}]\n`,
      `# c\nt_${name}: |\n${unit}x\n\n`,
    ][index % 4] ?? ""
  );
  const block = servers === null
    ? []
    : [`mcp_servers:${remark}\n${servers.map((name) => `${unit}${name}: ${value}\n`).join("")}`];
  const text = (isFirst ? [...block, ...others] : [...others, ...block]).join("");
  return (isEnded ? text : text.replace(/\n$/, "")).replaceAll("\n", eol);
});

const TEXTS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  JSON: jsonText,
  JSONC: jsonText,
  TOML: tomlText,
  YAML: yamlText,
};

for (const { name, format, path } of LANGUAGES) {
  const texts = TEXTS[name] ?? fc.constant("");

  Deno.test(`${name}: an edit and its undoing are the identity`, () => {
    fc.assert(
      fc.property(texts, (text) => {
        const keys = isObject(entryAt(format, text, path.slice(0, -1))) ||
            entryAt(format, text, path.slice(0, -1)) === null
          ? 1
          : 0;
        const put = applySplices(text, putEntry(format, text, path, ENTRY));
        assertEquals(entryAt(format, put, path), ENTRY);
        const gone = applySplices(put, removeEntry(format, put, path, keys));
        if (text.trim() !== "") assertEquals(gone, text);
      }),
      { numRuns: 300 },
    );
  });

  Deno.test(`${name}: an edit only inserts, and what others add later stays`, () => {
    fc.assert(
      fc.property(texts, (text) => {
        const splices = putEntry(format, text, path, ENTRY);
        assertEquals(splices.filter(({ length }) => length > 0), []);
        const later = putEntry(format, text, [path[0], "other"], { command: "x" });
        const both = applySplices(text, later);
        const put = applySplices(both, putEntry(format, both, path, ENTRY));
        const gone = applySplices(put, removeEntry(format, put, path, 1));
        assertEquals(gone, both);
      }),
      { numRuns: 150 },
    );
  });
}
