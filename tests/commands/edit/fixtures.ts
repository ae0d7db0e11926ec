import type { KeyPath } from "../../../src/commands/edit/format.ts";
import { type Format } from "../../../src/commands/edit/format.ts";
import { jsonFormat } from "../../../src/commands/edit/json_format.ts";
import { TOML } from "../../../src/commands/edit/toml_format.ts";
import { YAML } from "../../../src/commands/edit/yaml_format.ts";

/** One client's file as people and clients leave them. */
export interface Fixture {
  readonly name: string;
  readonly text: string;
  /** How many keys of the path it has. Default: none. */
  readonly keys?: number;
  /** Only a backup can tell how it was: what `install` writes looks the same for several. */
  readonly needsBackup?: boolean;
}

/** One format with its files, and those that must not be touched. */
export interface Language {
  readonly name: string;
  readonly format: Format;
  readonly path: KeyPath;
  readonly fixtures: readonly Fixture[];
  /** With the line and column that the refusal names. */
  readonly refused: readonly (Fixture & { readonly at: string })[];
}

export const ENTRY = { command: "/opt/molecule mcp/molecule-mcp", args: ["--profile", "work"] };
export const OTHER_ENTRY = { command: "/usr/bin/other" };

const bigObject = Object.fromEntries(
  Array.from(
    { length: 1_000 },
    (_, index) => [`project-${index}`, { history: ["x".repeat(1_000)] }],
  ),
);

const STRICT_JSON: readonly Fixture[] = [
  { name: "an empty object", text: "{}" },
  { name: "an empty object and a line end", text: "{}\n" },
  { name: "a space between the braces", text: "{ }\n" },
  { name: "a line end between the braces", text: "{\n}\n", needsBackup: true },
  { name: "minified", text: '{"numStartups":3,"a":{"b":[1,2]}}' },
  { name: "on one line with spaces", text: '{ "a": 1, "b": [ ] }\n' },
  { name: "two spaces", text: '{\n  "a": 1,\n  "b": {\n    "c": []\n  }\n}\n' },
  { name: "four spaces", text: '{\n    "a": 1\n}' },
  { name: "tabs", text: '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n' },
  { name: "odd indentation", text: '{\n "a": 1,\n      "b": 2,\n "c":\n   3 }\n' },
  { name: "CRLF", text: '{\r\n  "a": 1\r\n}\r\n' },
  { name: "a byte order mark", text: '\uFEFF{\r\n  "a": 1\r\n}\r\n' },
  { name: "a byte order mark and no member", text: "\uFEFF{}" },
  { name: "mixed line ends", text: '{\r\n  "a": 1,\n  "b": 2\r\n}\n' },
  { name: "no servers yet", text: '{\n  "mcpServers": {}\n}\n', keys: 1 },
  { name: "no servers yet, minified", text: '{"mcpServers":{},"a":1}', keys: 1 },
  {
    name: "other servers",
    text: '{\n  "mcpServers": {\n    "b": {\n      "command": "b"\n    }\n  },\n  "z": 1\n}\n',
    keys: 1,
  },
  { name: "other servers, minified", text: '{"mcpServers":{"b":{"command":"b"}}}', keys: 1 },
  {
    name: "leading commas",
    text: '{ "a": 1\n, "mcpServers": { "b": {}\n  , "c": {} }\n}\n',
    keys: 1,
  },
  { name: "duplicate keys elsewhere", text: '{\n  "a": 1,\n  "a": 2\n}\n' },
  {
    name: "escapes and other scripts",
    text: '{\n  "\\u0061\\"}": "{ \\" 你好 🎉",\n  "b": "//"\n}',
  },
  { name: "empty", text: "" },
  { name: "only white space", text: " \n\n", needsBackup: true },
  { name: "1 MB", text: `${JSON.stringify({ projects: bigObject }, null, 2)}\n` },
];

const LOOSE_JSON: readonly Fixture[] = [
  { name: "a comment above", text: '// mine\n{\n  "a": 1\n}\n' },
  { name: "a comment behind the last member", text: '{\n  "a": 1 // why\n}\n' },
  { name: "a block comment behind the last member", text: '{\n  "a": 1 /* why */\n}\n' },
  { name: "a comment behind a trailing comma", text: '{\n  "a": 1, // why\n}\n' },
  { name: "a comment below the last member", text: '{\n  "a": 1\n  // "b": 2\n}\n' },
  { name: "a comment for all there is", text: "{\n  // nothing yet\n}\n" },
  { name: "trailing commas", text: '{\n  "mcpServers": {\n    "b": {},\n  },\n}\n', keys: 1 },
  { name: "a trailing comma on one line", text: '{"a":1,}' },
  { name: "a comment before the comma", text: '{\n  "a": 1 // one\n  , "b": 2\n}\n' },
  { name: "only a comment", text: "// nothing yet\n", needsBackup: true },
  {
    name: "a server commented out",
    text: '{\r\n\t"mcpServers": {\r\n\t\t"b": {} // b\r\n\t\t// "molecule": {}\r\n\t}\r\n}',
    keys: 1,
  },
];

const BROKEN_JSON = [
  { name: "no end", text: '{\n  "a": 1,\n', at: "line 3, column 1" },
  { name: "a missing comma", text: '{\n  "a": 1\n  "b": 2\n}', at: "line 3, column 3" },
  { name: "a list", text: "[]", at: "line 1, column 1" },
  { name: "something behind the end", text: "{}\nx", at: "line 2, column 1" },
  { name: "servers that are a list", text: '{\n  "mcpServers": []\n}', at: "line 2, column 17" },
  { name: "servers that are null", text: '{"mcpServers":null}', at: "line 1, column 15" },
  {
    name: "servers twice",
    text: '{\n  "mcpServers": {},\n  "mcpServers": {}\n}',
    at: "line 3, column 3",
  },
  {
    name: "the entry twice",
    text: '{"mcpServers":{\n"molecule":{},\n"molecule":{}}}',
    at: "line 3, column 1",
  },
  { name: "a merge conflict", text: '{\n<<<<<<< HEAD\n  "a": 1\n}', at: "line 2, column 1" },
];

const TOML_FIXTURES: readonly Fixture[] = [
  { name: "empty", text: "" },
  { name: "one key", text: 'model = "x"\n' },
  { name: "no line end at the end", text: 'model = "x"' },
  { name: "empty lines at the end", text: "a = 1\n\n\n" },
  { name: "comments", text: "# mine\na = 1 # why\n\n[b] # b\n# c = 2\n" },
  { name: "only a comment", text: "# nothing yet" },
  { name: "CRLF", text: 'a = 1\r\n\r\n[b]\r\nc = """\r\nd\r\n"""\r\n' },
  { name: "CRLF and no line end at the end", text: "a = 1\r\n[b]\r\nc = 2" },
  { name: "a byte order mark", text: "\uFEFFa = 1\n" },
  { name: "a mark and CRLF", text: "\uFEFF[mcp_servers.b]\r\nc = 1\r\n", keys: 1 },
  { name: "mixed line ends", text: "a = 1\r\n[b]\nc = 2\r\n\n" },
  { name: "odd indentation", text: "a=1\n   [b]\n\t c   =  2\n [ d . e ]\n" },
  { name: "other servers", text: '[mcp_servers.b]\ncommand = "b"\n\n[z]\ny = 1\n', keys: 1 },
  { name: "servers as one table", text: '[mcp_servers]\nb = { command = "b" }\n', keys: 1 },
  { name: "dotted keys", text: 'mcp_servers.b.command = "b"\n', keys: 1 },
  { name: "an inline table", text: 'mcp_servers = { b = { command = "b" } }\na = 1\n', keys: 1 },
  { name: "an empty inline table", text: "mcp_servers = {}\n", keys: 1 },
  { name: "an inline table with a space", text: "mcp_servers = { }\n", keys: 1, needsBackup: true },
  { name: "lists with trailing commas", text: "a = [\n  1,\n  2,\n]\n" },
  { name: "tables in a list", text: "[[a]]\nb = 1\n[[a]]\nb = 2\n" },
  {
    name: "dates, numbers, texts",
    text: "a = 2026-11-28T10:00:00Z\nb = 1_000\nc = '\\n'\nd = inf\n",
  },
  {
    name: "1 MB",
    text: Array.from({ length: 1_000 }, (_, index) =>
      `[projects."/home/ada/project-${index}"]\n` +
      `trust_level = "trusted" # ${"x".repeat(1_000)}\n`).join("\n"),
  },
];

const BROKEN_TOML = [
  { name: "no value", text: "a = 1\nb =\n", at: "line 3, column 1" },
  { name: "no end of a text", text: 'a = "x\n', at: "line 1, column 7" },
  { name: "a key twice", text: "a = 1\na = 2\n", at: "line 2, column 1" },
  { name: "a table twice", text: "[mcp_servers.b]\n[mcp_servers.b]\n", at: "line 2, column 14" },
  {
    name: "the entry twice",
    text: "[mcp_servers.molecule]\n[mcp_servers.molecule]\n",
    at: "line 2",
  },
  { name: "servers in a list", text: "[[mcp_servers]]\na = 1\n", at: "line 3, column 1" },
  { name: "servers that are a number", text: "mcp_servers = 1\n", at: "line 2, column 1" },
];

const YAML_FIXTURES: readonly Fixture[] = [
  { name: "empty", text: "" },
  { name: "one key", text: "model: x\n" },
  { name: "no line end at the end", text: "model: x" },
  { name: "comments", text: "# mine\na: 1 # why\n\n# b\nb:\n  # c: 2\n  d: 3\n# end\n" },
  { name: "only a comment", text: "# nothing yet\n" },
  { name: "the beginning of a document", text: "---\na: 1\n" },
  { name: "CRLF", text: "a: 1\r\nb:\r\n  - c\r\n" },
  { name: "a byte order mark", text: "\uFEFFa: 1\n" },
  { name: "a mark and CRLF", text: "\uFEFFmcp_servers:\r\n  b: 1\r\n", keys: 1 },
  { name: "mixed line ends", text: "a: 1\r\nb:\n  c: 2\r\n\n" },
  { name: "odd indentation", text: "a:\n     b: 1\n     c:\n      - 2\nd:\n- 3\n" },
  { name: "everything indented", text: "  a: 1\n  b: 2\n" },
  { name: "nothing in servers", text: "mcp_servers:\na: 1\n", keys: 1 },
  { name: "a comment for all servers", text: "mcp_servers: # none yet\na: 1\n", keys: 1 },
  {
    name: "other servers, four spaces",
    text: "mcp_servers:\n    # the first\n    b:\n        command: b\nz: 1\n",
    keys: 1,
  },
  { name: "empty braces", text: "mcp_servers: {}\na: 1\n", keys: 1 },
  { name: "braces with a space", text: "mcp_servers: { }\n", keys: 1, needsBackup: true },
  { name: "braces", text: "mcp_servers: {b: {command: b}, c: {}}\n", keys: 1 },
  { name: "a trailing comma in braces", text: "mcp_servers: { b: { command: b }, }\n", keys: 1 },
  { name: "an explicit null", text: "mcp_servers: ~\n", keys: 1, needsBackup: true },
  { name: "JSON", text: '{"a": 1, "b": [2]}\n' },
  { name: "blocks of text", text: "a: |+\n  one\n\n\nb: >-\n  two\n\n  three\n" },
  { name: "a block of text at the end", text: "a: |\n  one\n  two\n\n" },
  { name: "anchors and merges", text: "x: &x\n  a: 1\ny:\n  <<: *x\n  b: 2\n" },
  { name: "tags and quoted keys", text: '"a b": !!str 1\n? c\n: d\n' },
  { name: "duplicate keys elsewhere", text: "a: 1\na: 2\n" },
  {
    name: "1 MB",
    text: Array.from({ length: 1_000 }, (_, i) => `key-${i}: # ${"x".repeat(1_000)}\n  - a: ${i}\n`)
      .join(""),
  },
];

const BROKEN_YAML = [
  { name: "no end of a list", text: "a: [1,\n", at: "line 2, column 1" },
  { name: "a tab", text: "a:\n\tb: 1\n", at: "line 2, column 1" },
  { name: "a list", text: "- a\n", at: "line 1, column 1" },
  { name: "several documents", text: "a: 1\n---\nb: 2\n", at: "line 2, column 1" },
  {
    name: "servers twice",
    text: "mcp_servers:\n  b: {}\nmcp_servers: {}\n",
    at: "line 3, column 1",
  },
  { name: "the entry twice", text: "mcp_servers:\n  molecule: 1\n  molecule: 2\n", at: "line 3" },
  { name: "servers in a list", text: "mcp_servers:\n  - a\n", at: "line 1, column 1" },
  { name: "an alias", text: "x: &x {a: {b: 1}}\nmcp_servers: *x\n", at: "line 2, column 1" },
  { name: "an alias of nothing", text: "mcp_servers: *x\n", at: "line 1, column 1" },
  { name: "the end of a document", text: "a: 1\n...\n", at: "line 3, column 1" },
];

export const LANGUAGES: readonly Language[] = [
  {
    name: "JSON",
    format: jsonFormat({ comments: false, trailingCommas: false }),
    path: ["mcpServers", "molecule"],
    fixtures: STRICT_JSON,
    refused: [
      ...BROKEN_JSON,
      { name: "a comment", text: '{\n  // a\n  "a": 1\n}', at: "line 2, column 3" },
      { name: "a trailing comma", text: '{\n  "a": 1,\n}', at: "line 3, column 1" },
    ],
  },
  {
    name: "JSONC",
    format: jsonFormat({ comments: true, trailingCommas: true }),
    path: ["mcpServers", "molecule"],
    fixtures: [...STRICT_JSON, ...LOOSE_JSON],
    refused: BROKEN_JSON,
  },
  {
    name: "TOML",
    format: TOML,
    path: ["mcp_servers", "molecule"],
    fixtures: TOML_FIXTURES,
    refused: BROKEN_TOML,
  },
  {
    name: "YAML",
    format: YAML,
    path: ["mcp_servers", "molecule"],
    fixtures: YAML_FIXTURES,
    refused: BROKEN_YAML,
  },
];
