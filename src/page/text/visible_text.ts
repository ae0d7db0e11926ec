/** A piece of a text: shown as it is, or a character that is named because it cannot be seen. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mark"; readonly name: string };

/** Control characters but tab and line feed, marks that turn the text's direction around, tags, lone surrogates. */
const HIDDEN =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/**
 * Makes visible what hides in a text of others: such characters become their names (`U+202E`). Line
 * ends of every kind are line feeds.
 */
export function visiblePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  const normal = text.replace(/\r\n?/g, "\n");
  let end = 0;
  for (const { 0: char, index } of normal.matchAll(HIDDEN)) {
    if (index > end) pieces.push({ kind: "text", text: normal.slice(end, index) });
    pieces.push({ kind: "mark", name: codePoint(char) });
    end = index + char.length;
  }
  if (end < normal.length) pieces.push({ kind: "text", text: normal.slice(end) });
  return pieces;
}

/** The same as one text, for what takes no elements (a label, the title). */
export function visibleText(text: string): string {
  return visiblePieces(text).map((piece) => piece.kind === "text" ? piece.text : `[${piece.name}]`)
    .join("");
}

/** At most so many characters of a text; an ellipsis says that there is more. */
export function clipped(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
