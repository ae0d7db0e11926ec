/**
 * Breaks a text at spaces so that its lines fit. Words stay whole, and so do lines that begin with a
 * space: those are there to be copied.
 *
 * @param width in columns; undefined, where there is no terminal: nothing is broken
 * @param indent before every line but the first of each paragraph
 */
export function wrap(text: string, width: number | undefined, indent = ""): string {
  if (width === undefined) return text;
  return text.split("\n").map((line) => line.startsWith(" ") ? line : broken(line, width, indent))
    .join("\n");
}

function broken(line: string, width: number, indent: string): string {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=[^ ] )(?=[^ ])/)) {
    if (current !== "" && (current + word).trimEnd().length > width) {
      lines.push(current.trimEnd());
      current = indent;
    }
    current += word;
  }
  return [...lines, current].join("\n");
}
