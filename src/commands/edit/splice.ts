/** A piece of a text, and what stands in its place afterwards. Offsets are in UTF-16 units. */
export interface Splice {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** The text after all splices, which do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = "";
  let done = 0;
  for (const { offset, length, text: inserted } of inOrder(splices)) {
    result += text.slice(done, offset) + inserted;
    done = offset + length;
  }
  return result + text.slice(done);
}

/** From the beginning of the text to its end. */
export function inOrder(splices: readonly Splice[]): readonly Splice[] {
  return [...splices].sort((a, b) => a.offset - b.offset);
}

/** Where the line begins that holds the offset. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line ends that holds the offset, before its line end. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  if (found === -1) return text.length;
  return found > offset && text[found - 1] === "\r" ? found - 1 : found;
}

/** Where the next line begins, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  return found === -1 ? text.length : found + 1;
}

/** The line end that the text uses first; LF where it has none. */
export function eolOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** The length of the line end before an offset; 0 where there is none. */
export function eolBefore(text: string, offset: number): number {
  if (text[offset - 1] !== "\n") return 0;
  return text[offset - 2] === "\r" ? 2 : 1;
}

/** The one piece in which two texts differ. */
export function difference(before: string, after: string): Splice {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same++;
  let tail = 0;
  while (tail < shorter - same && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return {
    offset: same,
    length: before.length - same - tail,
    text: after.slice(same, after.length - tail),
  };
}

/** Splices of the text that is left after a removal, as ones of the text before it. */
export function withRemoved(
  splices: readonly Splice[],
  removed: readonly Splice[],
): readonly Splice[] {
  return splices.map((splice) => ({
    ...splice,
    offset: inOrder(removed).reduce(
      (offset, { offset: from, length }) => offset >= from ? offset + length : offset,
      splice.offset,
    ),
  }));
}
