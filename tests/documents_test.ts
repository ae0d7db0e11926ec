import { assert, assertEquals } from "@std/assert";
import {
  commentProblems,
  commentsOf,
  documentsProblems,
  type Files,
  headingsOf,
  projectFiles,
  referredDocuments,
} from "./support/documents.ts";

const files = await projectFiles();

Deno.test("every reference in a comment names a document and a heading of this repository", () => {
  assertEquals(commentProblems(files), []);
});

Deno.test("every link, path and reference in a document leads somewhere", () => {
  assertEquals(documentsProblems(files), []);
});

Deno.test("a document that comments refer to has each heading once", () => {
  const documents = [...referredDocuments(files).keys()];
  assert(documents.length > 0);
  for (const document of documents) {
    const headings = headingsOf(files.get(document) ?? "");
    assertEquals(headings.filter((heading, at) => headings.indexOf(heading) !== at), [], document);
  }
});

const DOCUMENT = [
  "# Title",
  "",
  "## One heading",
  "",
  "```sh",
  "# no heading",
  "```",
  "",
  "### Another",
  "",
].join("\n");

/** The document, and a module with these lines. */
function project(...lines: string[]): Files {
  return new Map([["docs/a.md", DOCUMENT], ["src/b.ts", lines.join("\n")]]);
}

Deno.test("headings are those outside of code blocks", () => {
  assertEquals(headingsOf(DOCUMENT), ["Title", "One heading", "Another"]);
});

Deno.test("a good reference passes, in every kind of comment and broken over lines", () => {
  const good = project(
    '/** One line (docs/a.md, "Another"). */',
    "/**",
    ' * Broken over lines (docs/a.md, "One',
    ' * heading" and "Another"; docs/a.md,',
    ' * "Title").',
    " */",
    ["export const a = 1;", '// Behind code (docs/a.md, "Title").'].join(" "),
    '\t// Two lines (docs/a.md, "One',
    '\t// heading").',
  );
  assertEquals(commentProblems(good), []);
  assertEquals(referredDocuments(good), new Map([["docs/a.md", 5]]));
});

Deno.test("a missing heading is reported, with the comment's line", () => {
  assertEquals(
    commentProblems(
      project("", "/**", ' * Text (docs/a.md, "One heading" and', ' * "No heading").', " */"),
    ),
    ['src/b.ts:2: docs/a.md has no heading "No heading"'],
  );
  assertEquals(
    commentProblems(project('// See (docs/a.md, "no heading").')),
    ['src/b.ts:1: docs/a.md has no heading "no heading"'],
  );
});

Deno.test("a missing document is reported, with and without a heading", () => {
  const gone = "docs/gone.md is no document of this repository";
  for (const words of ['(docs/gone.md, "Title")', "As docs/gone.md says."]) {
    assertEquals(commentProblems(project(`/** ${words} */`)), [`src/b.ts:1: ${gone}`]);
  }
});

Deno.test("what the program was made from is not referred to", () => {
  const names = ["design.md", "runtime-behaviour", "platform-api", "../shared/spec"];
  for (const name of names) {
    const lines = [`// Says (${name}`, "// 4.1)."];
    assertEquals(commentProblems(project(...lines)).length, 1, name);
    assertEquals(documentsProblems(new Map([["a.md", `Says ${name}.`]])).length, 1, name);
  }
});

Deno.test("strings are not comments, nor are addresses in them", () => {
  assertEquals(commentProblems(project('const url = "https://a.example/gone.md";')), []);
  assertEquals(commentsOf("src/b.ts", 'const url = "https://a.example";'), []);
});

Deno.test("scripts' comments are looked at as well", () => {
  const script = new Map([["scripts/a.sh", "#!/bin/sh\n# As docs/gone.md says."]]);
  assertEquals(commentProblems(script), [
    "scripts/a.sh:1: docs/gone.md is no document of this repository",
  ]);
});

Deno.test("in a document links, paths, anchors and references are looked at", () => {
  const problems = (text: string) =>
    documentsProblems(new Map([["docs/a.md", `${DOCUMENT}\n${text}`], ["src/b.ts", ""]]));
  for (
    const good of [
      "[b](../src/b.ts) and [above](#one-heading), [web](https://a.example/x.md)",
      "`src/b.ts`, `src/`, `src/*.ts`, `src/<any>/`, `dist/x`",
      '(`docs/a.md`, "Another"), ("Another"), `(docs/a.md, "Heading")`',
      "```\n`src/gone.ts`\n```",
      "~/.codex/config.toml",
    ]
  ) assertEquals(problems(good), [], good);
  for (
    const [bad, told] of [
      ["[b](../src/gone.ts)", "the link ../src/gone.ts leads nowhere"],
      ["[above](#two-headings)", "the link #two-headings leads to no heading"],
      ["`src/gone.ts`", "src/gone.ts does not exist"],
      ["| `tests/*.ts` | x |", "tests/*.ts does not exist"],
      ['(`docs/a.md`,\n"Gone")', 'docs/a.md has no heading "Gone"'],
      ['see there ("Gone")', 'it has no heading "Gone"'],
      ['see "Gone".', 'it has no heading "Gone"'],
      ['| x | "Gone" |', 'it has no heading "Gone"'],
      ["`docs/gone.md`", "docs/gone.md is no document of this repository"],
    ] as const
  ) assertEquals(problems(bad), [`docs/a.md:11: ${told}`], bad);
});
