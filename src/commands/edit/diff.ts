import { inOrder, lineStart, nextLine, type Splice } from "./splice.ts";

/** Stands for what is in the file and not of this program: it may be another server's secret. */
const HIDDEN = "...";

/** One place that an edit changes: the lines that go and those that come, without their line ends. */
interface Hunk {
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** What of a file a diff may show. */
export interface DiffOptions {
  /** What the edit writes is what was there before: it is hidden as well. */
  readonly restores?: boolean;
  readonly known?: KnownText;
}

/** What holds no secret, such as this program's own entry. */
export interface KnownText {
  /** Whole lines. */
  readonly lines: readonly string[];
  /** Parts of a line. */
  readonly pieces: readonly string[];
}

/**
 * An edit as a unified diff without context. Of what stands in the file, only lines that are known are
 * shown, and of a line that is longer the known piece; all else is replaced by `...`.
 */
export function diffOf(
  path: string,
  text: string,
  splices: readonly Splice[],
  { restores = false, known = { lines: [], pieces: [] } }: DiffOptions = {},
): string {
  const mask = maskFor(known);
  const lines = [`--- ${path}`, `+++ ${path}`];
  let shift = 0;
  for (const group of groupsOf(text, inOrder(splices))) {
    const { line, removed, added } = hunkOf(text, group, restores, mask);
    // In a unified diff, a place without lines is the line before it.
    const from = removed.length === 0 ? line - 1 : line;
    const to = added.length === 0 ? line + shift - 1 : line + shift;
    lines.push(`@@ -${from},${removed.length} +${to},${added.length} @@`);
    lines.push(...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`));
    shift += added.length - removed.length;
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

function hunkOf(
  text: string,
  splices: readonly Splice[],
  restores: boolean,
  mask: Mask,
): Hunk {
  const first = splices[0];
  const last = splices.at(-1);
  if (!first || !last) return { line: 1, removed: [], added: [] };
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
  const removed = linesOf(text.slice(from, to)).map(mask);
  const pieces = piecesOf(text.slice(from, to), from, own);
  if (pieces.every((piece) => piece.text === "")) return { line, removed, added: [] };
  return { line, removed, added: restores ? restored(pieces, mask) : written(pieces, mask) };
}

/** A piece of a line, and whether the edit writes it. */
interface Piece {
  readonly text: string;
  readonly isOwn: boolean;
}

/** The new text of a range. */
function piecesOf(piece: string, from: number, splices: readonly Splice[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const { offset, length, text } of splices) {
    pieces.push({ text: piece.slice(done, offset - from), isOwn: false }, { text, isOwn: true });
    done = offset - from + length;
  }
  return [...pieces, { text: piece.slice(done), isOwn: false }];
}

/** Where all of it was in the file before. */
function restored(pieces: readonly Piece[], mask: Mask): readonly string[] {
  return linesOf(pieces.map(({ text }) => text).join("")).map(mask);
}

/** Where only what the edit writes can be read without a look. */
function written(pieces: readonly Piece[], mask: Mask): readonly string[] {
  return linesOf(
    pieces.map(({ text, isOwn }) =>
      isOwn
        ? text
        : text.split(/(\r?\n)/).map((part) => /\n$/.test(part) ? part : mask(part)).join("")
    ).join(""),
  );
}

/** Hides what may be secret in a line, or in a part of one. */
type Mask = (line: string) => string;

function maskFor({ lines, pieces }: KnownText): Mask {
  const whole = new Set(lines.map(squeezed));
  return (line) => {
    if (whole.has(squeezed(line))) return line;
    const piece = pieces.find((piece) => line.includes(piece));
    if (piece === undefined) return hidden(line);
    const at = line.indexOf(piece);
    return hidden(line.slice(0, at)) + piece + hidden(line.slice(at + piece.length));
  };
}

/** How a line is told from another: neither its white space nor a comma at its end counts. */
function squeezed(line: string): string {
  return line.replaceAll(/\s/g, "").replace(/,$/, "");
}

/** Brackets, commas and white space at both ends stay: they are nobody's secret. */
function hidden(line: string): string {
  // By hand: a regular expression for both ends takes time that grows with the line's square.
  let from = 0;
  let to = line.length;
  while (from < to && isLayout(line[from])) from++;
  while (to > from && isLayout(line[to - 1])) to--;
  return from < to ? `${line.slice(0, from)}${HIDDEN}${line.slice(to)}` : line;
}

function isLayout(character: string | undefined): boolean {
  return character !== undefined && /[\s{}[\],]/.test(character);
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}
