/**
 * What comments and documents say of other documents, and what of it is not so. A comment refers to a
 * document as `(src/platform/API.md, "Heading")`; several are joined by `;` or `and`.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";

/** The project's text files by path, such as `src/main.ts`. */
export type Files = ReadonlyMap<string, string>;

/** A run of text and the line on which it begins. */
interface Passage {
  readonly line: number;
  /** On one line, without the marks of a comment. */
  readonly text: string;
}

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = ["", "src/", "tests/", "scripts/", ".ci/", ".github/"];
/** Of other projects' making. */
const NOT_TEXT = /\.(lock|png|ico)$/;
/** A path, and one heading in quotes or several that are joined by "and". */
const REFERENCE = /([\w./-]+\.md)((?:(?:, | and |, and )"[^"]+")+)/g;
const DOCUMENT = /(?<![\w./~$-])(?:\.{0,2}\/)?[\w-][\w./-]*\.md\b(?![\w/])/g;
/** What the program was made from, and a reader of the repository does not have. */
const ELSEWHERE = /\bruntime-behaviour\b|\bplatform-api\b(?!\.md)|shared\/spec\b/;
const OWN_HEADING = /(?:\(|\| |\b[Ss]ee )"([A-Z][^"]+)"(?=\)| +\||[.;,])/g;
const OWN_PATH = /^(?:src|tests|scripts|\.github|\.ci)\/[\w./*-]*$/;

/** Everything in the working tree that is text. */
export async function projectFiles(): Promise<Files> {
  const files = new Map<string, string>();
  for (const folder of FOLDERS) await readInto(files, folder, folder !== "");
  return files;
}

async function readInto(files: Map<string, string>, folder: string, deep: boolean): Promise<void> {
  const path = fromFileUrl(new URL(folder, ROOT));
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (!isDirectory) {
      const text = NOT_TEXT.test(name) ? "" : await Deno.readTextFile(join(path, name));
      files.set(folder + name, text.replaceAll("\r\n", "\n"));
    } else if (deep) await readInto(files, `${folder}${name}/`, deep);
  }
}

/** What is wrong with the comments' references, each with file and line. */
export function commentProblems(files: Files): string[] {
  const problems: string[] = [];
  for (const [path, text] of files) {
    for (const passage of commentsOf(path, text)) {
      const told = new Set([
        ...referenceProblems(withoutExamples(passage.text), files),
        ...documentProblems(withoutExamples(passage.text), path, files),
      ]);
      problems.push(...[...told].map((problem) => `${path}:${passage.line}: ${problem}`));
    }
  }
  return problems;
}

/** What is wrong with the links, paths and references of the documents, each with file and line. */
export function documentsProblems(files: Files): string[] {
  const problems: string[] = [];
  for (const [path, text] of files) {
    if (!path.endsWith(".md")) continue;
    for (const { line, text: paragraph } of paragraphsOf(text)) {
      const told = new Set([
        ...linkProblems(paragraph, path, files),
        ...pathProblems(paragraph, files),
        ...referenceProblems(withoutExamples(paragraph), files),
        ...ownHeadingProblems(withoutExamples(paragraph), path, files),
        ...documentProblems(paragraph, path, files),
      ]);
      problems.push(...[...told].map((problem) => `${path}:${line}: ${problem}`));
    }
  }
  return problems;
}

/** The documents that comments refer to, by how often they do. */
export function referredDocuments(files: Files): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [path, text] of files) {
    for (const comment of commentsOf(path, text)) {
      for (const [, document = ""] of withoutExamples(comment.text).matchAll(REFERENCE)) {
        counts.set(document, (counts.get(document) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/** The headings of a document in their order, without what stands in code blocks. */
export function headingsOf(markdown: string): string[] {
  const prose = markdown.replace(/^(```|~~~).*?^\1/gms, "");
  return [...prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => heading);
}

/** The comments of a file; lines that follow each other are one. */
export function commentsOf(path: string, text: string): Passage[] {
  const mark = /\.(ts|js|cjs|c)$/.test(path)
    ? /^\s*(?:\/\*\*?|\*\/|\*(?= |$)|\/\/)\s?/
    : /\.(sh|ps1|py|yml)$|^\.ci\/run$/.test(path)
    ? /^\s*#\s?/
    : undefined;
  if (!mark) return [];
  const passages: { line: number; text: string }[] = [];
  let open = false;
  for (const [index, line] of text.split("\n").entries()) {
    const isComment = mark.test(line);
    const [, behind] = isComment ? [] : /\s\/\/ (.*)$/.exec(line) ?? [];
    const words = isComment ? line.replace(mark, "").replace(/\s*\*\/$/, "").trim() : behind;
    const last = passages.at(-1);
    if (words === undefined) open = false;
    else if (open && isComment && last) last.text += ` ${words}`;
    else {
      passages.push({ line: index + 1, text: words });
      open = isComment;
    }
  }
  return passages;
}

/** Runs of lines between blank ones, and each row of a table; what stands in code blocks is left out. */
function paragraphsOf(markdown: string): Passage[] {
  const prose = markdown.replace(
    /^(```|~~~).*?^\1/gms,
    (block) => block.replace(/[^\n]+/g, ""),
  );
  const passages: { line: number; text: string }[] = [];
  let open = false;
  for (const [index, line] of prose.split("\n").entries()) {
    const last = passages.at(-1);
    if (line.trim() === "") open = false;
    else if (open && last && !/^\s*[|#]/.test(line)) last.text += ` ${line.trim()}`;
    else {
      passages.push({ line: index + 1, text: line.trim() });
      open = !/^\s*[|#]/.test(line);
    }
  }
  return passages;
}

function* referenceProblems(text: string, files: Files): Generator<string> {
  for (const [, document = "", quoted = ""] of text.matchAll(REFERENCE)) {
    const markdown = files.get(document);
    if (markdown === undefined) {
      yield `${document} is no document of this repository`;
      continue;
    }
    const headings = headingsOf(markdown);
    for (const [, heading = ""] of quoted.matchAll(/"([^"]+)"/g)) {
      if (!headings.includes(heading)) yield `${document} has no heading "${heading}"`;
    }
  }
}

/** In a document `("Heading")`, `see "Heading"` and a cell of a table mean one of its own. */
function* ownHeadingProblems(text: string, path: string, files: Files): Generator<string> {
  const headings = headingsOf(files.get(path) ?? "");
  for (const [, heading = ""] of text.matchAll(OWN_HEADING)) {
    if (!headings.includes(heading)) yield `it has no heading "${heading}"`;
  }
}

function* documentProblems(text: string, path: string, files: Files): Generator<string> {
  const [elsewhere] = ELSEWHERE.exec(text) ?? [];
  if (elsewhere !== undefined) yield `${elsewhere} is not in this repository`;
  for (const [name] of text.matchAll(DOCUMENT)) {
    if (!files.has(name) && !files.has(resolved(name, path))) {
      yield `${name} is no document of this repository`;
    }
  }
}

function* linkProblems(text: string, path: string, files: Files): Generator<string> {
  for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const document = file === "" ? path : resolved(file, path);
    if (!exists(document, files)) yield `the link ${target} leads nowhere`;
    else if (anchor !== undefined && !anchorsOf(files.get(document) ?? "").includes(anchor)) {
      yield `the link ${target} leads to no heading`;
    }
  }
}

/** Paths in code spans that begin with one of the project's folders. */
function* pathProblems(text: string, files: Files): Generator<string> {
  for (const [, span = ""] of text.matchAll(/`([^`]+)`/g)) {
    if (OWN_PATH.test(span) && !exists(span, files)) yield `${span} does not exist`;
  }
}

/** A file, a folder, or, with stars, at least one of them. */
function exists(path: string, files: Files): boolean {
  const pattern = path.replace(/\/$/, "").replace(/[.+^$()[\]{}|?\\]/g, "\\$&")
    .replaceAll("*", "[^/]*");
  const found = new RegExp(`^${pattern}(?:/|$)`);
  return [...files.keys()].some((known) => found.test(known));
}

function resolved(target: string, from: string): string {
  return new URL(target, new URL(from, "file:///")).pathname.slice(1);
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return headingsOf(markdown).map((heading) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-")
  );
}

/** Without code that shows how a reference looks. */
function withoutExamples(text: string): string {
  return text.replace(/`([^`]*)`/g, (_, code: string) => code.includes('"') ? "" : code);
}
