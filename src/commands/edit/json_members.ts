import { createScanner, type Node } from "jsonc-parser";
import type { JsonObject } from "../../lib/json.ts";
import { blockText, indentOf, indentUnit, lineIndent, lineText } from "./json_text.ts";
import { eolOf, lineEnd, type Splice } from "./splice.ts";

/** SyntaxKind.CommaToken: the package exports it as a const enum, which a bundler cannot see. */
const COMMA = 5;
/** SyntaxKind: LineCommentTrivia, BlockCommentTrivia, LineBreakTrivia, Trivia. */
const TRIVIA = [12, 13, 14, 15];

/** A new last member, written as those before it are. */
export function insertMember(
  text: string,
  root: Node,
  object: Node,
  key: string,
  value: JsonObject,
): readonly Splice[] {
  const last = object.children?.at(-1);
  return last
    ? insertAfter(text, root, object, last, key, value)
    : insertFirst(text, root, object, key, value);
}

function insertAfter(
  text: string,
  root: Node,
  object: Node,
  last: Node,
  key: string,
  value: JsonObject,
): readonly Splice[] {
  const end = last.offset + last.length;
  const comma = commaAfter(text, end, object);
  const indent = last.offset > object.offset ? indentOf(text, last.offset) : undefined;
  if (indent === undefined) {
    const isSpaced = /:\s/.test(text.slice(last.offset, valueOffset(last)));
    const colon = isSpaced ? ": " : ":";
    const member = `${JSON.stringify(key)}${colon}${lineText(value, isSpaced)}`;
    const gap = isSpaced ? " " : "";
    return comma === undefined
      ? [{ offset: end, length: 0, text: `,${gap}${member}` }]
      : [{ offset: comma + 1, length: 0, text: `${gap}${member},` }];
  }
  const eol = eolOf(text);
  const body = blockText(value, indent, indentUnit(text, root), eol);
  const member = `${eol}${indent}${JSON.stringify(key)}: ${body}`;
  const at = afterRemark(text, comma === undefined ? end : comma + 1, object);
  if (comma !== undefined) return [{ offset: at, length: 0, text: `${member},` }];
  if (at === end) return [{ offset: end, length: 0, text: `,${member}` }];
  return [{ offset: end, length: 0, text: "," }, { offset: at, length: 0, text: member }];
}

function insertFirst(
  text: string,
  root: Node,
  object: Node,
  key: string,
  value: JsonObject,
): readonly Splice[] {
  const open = object.offset + 1;
  const close = object.offset + object.length - 1;
  const inner = text.slice(open, close);
  const first = root.children?.[0];
  const isOneLine = first !== undefined && indentOf(text, first.offset) === undefined;
  if (!inner.includes("\n") && (inner !== "" || isOneLine)) {
    const isSpaced = inner !== "" ||
      (first !== undefined && /:\s/.test(text.slice(first.offset, valueOffset(first))));
    const member = `${JSON.stringify(key)}${isSpaced ? ": " : ":"}${lineText(value, isSpaced)}`;
    const at = open + inner.trimEnd().length;
    return [{ offset: at, length: 0, text: inner === "" ? member : ` ${member}` }];
  }
  const eol = eolOf(text);
  const unit = indentUnit(text, root);
  const outer = lineIndent(text, inner.includes("\n") ? close : object.offset);
  const indent = outer + unit;
  const member = `${eol}${indent}${JSON.stringify(key)}: ${blockText(value, indent, unit, eol)}`;
  return [{
    offset: open + inner.trimEnd().length,
    length: 0,
    text: inner.includes("\n") ? member : `${member}${eol}${outer}`,
  }];
}

/** The member gone, and one comma, the one that it came with. */
export function removeMember(text: string, object: Node, member: Node): readonly Splice[] {
  const members = object.children ?? [];
  const index = members.indexOf(member);
  const end = member.offset + member.length;
  const from = spaceBefore(text, member.offset);
  const comma = commaAfter(text, end, object);
  if (comma !== undefined) {
    const splice = cut(from, isOnly(members) ? closing(text, comma + 1, object, from) : comma + 1);
    return [splice];
  }
  const previous = members[index - 1];
  if (!previous) return [cut(from, closing(text, end, object, from))];
  const before = commaAfter(text, previous.offset + previous.length, object);
  if (before === undefined) return [cut(from, end)];
  return before + 1 === from ? [cut(before, end)] : [cut(before, before + 1), cut(from, end)];
}

function isOnly(members: readonly Node[]): boolean {
  return members.length === 1;
}

/** Where to cut to when nothing is left: up to the brace, where lines were made for the member. */
function closing(text: string, end: number, object: Node, from: number): number {
  const close = object.offset + object.length - 1;
  const rest = text.slice(end, close);
  return rest.trim() === "" && rest.includes("\n") && from === object.offset + 1 ? close : end;
}

function cut(from: number, to: number): Splice {
  return { offset: from, length: to - from, text: "" };
}

function spaceBefore(text: string, offset: number): number {
  let from = offset;
  while (from > 0 && /\s/.test(text[from - 1] ?? "")) from--;
  // The end of a line comment is its line's end, which has to stay.
  return from;
}

/** The comma that follows, behind white space and comments. */
function commaAfter(text: string, offset: number, object: Node): number | undefined {
  const scanner = createScanner(text, false);
  scanner.setPosition(offset);
  const close = object.offset + object.length;
  while (scanner.getPosition() < close) {
    const kind: number = scanner.scan();
    if (kind === COMMA) return scanner.getTokenOffset();
    if (!TRIVIA.includes(kind)) return undefined;
  }
  return undefined;
}

/** Behind a comment that ends the line: it is about what stands before it. */
function afterRemark(text: string, offset: number, object: Node): number {
  const end = lineEnd(text, offset);
  const rest = text.slice(offset, end);
  const isRemark = /^[ \t]*(?:\/\/.*|\/\*(?:(?!\*\/).)*\*\/[ \t]*)$/.test(rest);
  return isRemark && end < object.offset + object.length ? offset + rest.trimEnd().length : offset;
}

function valueOffset(member: Node): number {
  return member.children?.[1]?.offset ?? member.offset;
}
