import type { Node } from "jsonc-parser";
import { isObject } from "../../lib/json.ts";
import { lineStart } from "./splice.ts";

/** One value over several lines, of which the first continues a line that is indented so far. */
export function blockText(value: unknown, indent: string, unit: string, eol: string): string {
  return JSON.stringify(value, null, unit).replaceAll("\n", `${eol}${indent}`);
}

/** One value on one line. */
export function lineText(value: unknown, isSpaced: boolean): string {
  if (!isSpaced) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => lineText(item, true)).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${lineText(inner, true)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** What one more level is indented by: as the first member is; two spaces where that cannot be told. */
export function indentUnit(text: string, root: Node): string {
  const outer = indentOf(text, root.offset) ?? "";
  const first = root.children?.[0];
  const inner = first && indentOf(text, first.offset);
  return inner !== undefined && inner.length > outer.length && inner.startsWith(outer)
    ? inner.slice(outer.length)
    : "  ";
}

/** The white space before what stands first in its line; undefined when it does not. */
export function indentOf(text: string, offset: number): string | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** The indentation of the line that holds the offset. */
export function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? "";
}
