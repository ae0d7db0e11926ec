import { stripVTControlCharacters } from "node:util";

/**
 * Breaks a text at spaces so that its lines fit. Words stay whole, and so do lines that begin with a
 * space: those are there to be copied.
 *
 * @param width in columns; undefined, where there is no terminal: nothing is broken
 * @param indent before every line but the first of each paragraph
 * @param taken how many columns of the first lines are taken by what stands before them
 */
export function wrap(text: string, width: number | undefined, indent = "", taken = 0): string {
  if (width === undefined) return text;
  return text.split("\n")
    .map((line) =>
      stripVTControlCharacters(line).startsWith(" ") ? line : broken(line, width, indent, taken)
    ).join("\n");
}

/** How many columns a text takes; colours take none. */
export function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

function broken(line: string, width: number, indent: string, taken: number): string {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=[^ ] )(?=[^ ])/)) {
    const room = lines.length === 0 ? width - taken : width;
    if (current !== "" && columnsOf((current + word).trimEnd()) > room) {
      lines.push(current.trimEnd());
      current = indent;
    }
    current += word;
  }
  return [...lines, current].join("\n");
}
