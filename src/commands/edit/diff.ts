import { inOrder, lineStart, nextLine, type Splice } from "./splice.ts";

/** Stands for what is in the file and not of this program: it may be another server's secret. */
const HIDDEN = "...";

/** One place that an edit changes: the lines that go and those that come, without their line ends. */
interface Hunk {
  readonly line: number;
  readonly removed: number;
  readonly added: readonly string[];
}

/**
 * An edit as a unified diff without context. Only what the edit itself writes is shown; whatever
 * else stands in the lines it touches, and all that it removes, is replaced by `...`.
 *
 * @param options.restores what the edit writes is what was there before: it is hidden as well
 */
export function diffOf(
  path: string,
  text: string,
  splices: readonly Splice[],
  { restores = false } = {},
): string {
  const lines = [`--- ${path}`, `+++ ${path}`];
  let shift = 0;
  for (const group of groupsOf(text, inOrder(splices))) {
    const { line, removed, added } = hunkOf(text, group);
    // In a unified diff, a place without lines is the line before it.
    const from = removed === 0 ? line - 1 : line;
    const to = added.length === 0 ? line + shift - 1 : line + shift;
    lines.push(`@@ -${from},${removed} +${to},${added.length} @@`);
    lines.push(...Array.from({ length: removed }, () => `-${HIDDEN}`));
    lines.push(...added.map((line) => `+${restores ? HIDDEN : line}`));
    shift += added.length - removed;
  }
  return lines.join("\n");
}

/** Splices that touch the same line or neighbouring ones belong together. */
function groupsOf(text: string, splices: readonly Splice[]): Splice[][] {
  const groups: Splice[][] = [];
  let end = -1;
  for (const splice of splices) {
    const group = groups.at(-1);
    if (group && lineStart(text, splice.offset) <= end) group.push(splice);
    else groups.push([splice]);
    end = nextLine(text, splice.offset + splice.length);
  }
  return groups;
}

function hunkOf(text: string, splices: readonly Splice[]): Hunk {
  const first = splices[0];
  const last = splices.at(-1);
  if (!first || !last) return { line: 1, removed: 0, added: [] };
  let from = lineStart(text, first.offset);
  let to = last.offset + last.length;
  const isWholeLines = from === first.offset && to === lineStart(text, to) &&
    (first.text === "" || first.text.endsWith("\n"));
  if (!isWholeLines) to = nextLine(text, to);
  // A line end and whole lines after a line that stays as it is.
  const behind = /^\r?\n/.exec(first.text)?.[0];
  const isBehindLine = splices.length === 1 && first.length === 0 && behind !== undefined &&
    first.offset > from &&
    /^(\r?\n|$)/.test(text.slice(first.offset, first.offset + 2));
  let own = splices;
  if (isBehindLine) {
    from = to = nextLine(text, first.offset);
    own = [{ ...first, offset: from, text: `${first.text.slice(behind.length)}\n` }];
  }
  const isUnended = from > 0 && from === text.length && !text.endsWith("\n");
  const line = text.slice(0, from).split("\n").length + (isUnended ? 1 : 0);
  const removed = countLines(text.slice(from, to));
  const masked = maskedText(text, from, to, own);
  return { line, removed, added: masked === "" ? [] : linesOf(masked) };
}

/** The new text of the range, in which only the splices' own text can be read. */
function maskedText(text: string, from: number, to: number, splices: readonly Splice[]): string {
  const piece = text.slice(from, to);
  let result = "";
  let done = 0;
  for (const { offset, length, text: inserted } of splices) {
    result += hidden(piece.slice(done, offset - from)) + inserted;
    done = offset - from + length;
  }
  return result + hidden(piece.slice(done));
}

/** Brackets, commas and white space at both ends stay: they are nobody's secret. */
function hidden(piece: string): string {
  return piece.split(/(\n)/).map((line) => {
    // By hand: a regular expression for both ends takes time that grows with the line's square.
    let from = 0;
    let to = line.length;
    while (from < to && isLayout(line[from])) from++;
    while (to > from && isLayout(line[to - 1])) to--;
    return from < to ? `${line.slice(0, from)}${HIDDEN}${line.slice(to)}` : line;
  }).join("");
}

function isLayout(character: string | undefined): boolean {
  return character !== undefined && /[\s{}[\],]/.test(character);
}

function countLines(text: string): number {
  return text === "" ? 0 : linesOf(text).length;
}

function linesOf(text: string): string[] {
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}
