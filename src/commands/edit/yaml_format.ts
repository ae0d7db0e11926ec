import { type Document, isAlias, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { EditError, type Format, type KeyPath, nested, valueAt } from "./format.ts";
import {
  applySplices,
  eolBefore,
  eolOf,
  lineEnd,
  lineStart,
  nextLine,
  type Splice,
  withRemoved,
} from "./splice.ts";

/** One `key: value` of a mapping, with where it stands. */
interface Member {
  readonly key: string;
  /** Where the key begins. */
  readonly offset: number;
  readonly value: unknown;
  /** Where the value ends; that of the key where there is none. */
  readonly end: number;
}

/** YAML. An entry is a block mapping, the first below its parent. */
export const YAML: Format = {
  open(text) {
    const document = parse(text);
    const value = valueOf(text, document);
    return {
      value,
      put(path, entry) {
        if (valueAt(value, path) === undefined) return insert(text, document, path, entry);
        const removed = remove(text, document, path, path.length - 1);
        const rest = applySplices(text, removed);
        return [...removed, ...withRemoved(insert(rest, parse(rest), path, entry), removed)];
      },
      remove: (path, keep) => remove(text, document, path, keep),
    };
  },
  snippet: (path, value) => blockText(nested(path, value), "", "  ", "\n"),
};

function parse(text: string): Document.Parsed {
  // Readers take the last of two equal keys; only where the entry goes do they matter.
  const document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (error?.code === "RESOURCE_EXHAUSTION") throw new RangeError(error.message);
  if (error) throw new EditError("it is not valid YAML, or several documents", text, error.pos[0]);
  return document;
}

function valueOf(text: string, document: Document.Parsed): unknown {
  try {
    return document.toJS() ?? undefined;
  } catch (error) {
    // Aliases without a target, or too many. A RangeError is the stack's.
    if (!Error.isError(error) || error instanceof RangeError) throw error;
    throw new EditError("its aliases cannot be resolved", text, 0);
  }
}

function insert(
  text: string,
  { contents }: Document.Parsed,
  path: KeyPath,
  value: JsonObject,
): readonly Splice[] {
  const eol = eolOf(text);
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return [append(text, blockText(nested(path, value), "", "  ", eol), eol)];
  }
  if (!isMap(contents)) throw new EditError("expected a mapping", text, contents.range[0]);
  let map: YAMLMap = contents;
  let parent: Member | undefined;
  let unit = "  ";
  for (const [depth, key] of path.entries()) {
    const entry = nested(path.slice(depth), value);
    const member = memberOf(text, map, key);
    if (!member) {
      if (map.flow) return [insertFlow(text, map, entry)];
      const indent = " ".repeat(columnOf(text, membersOf(map)[0]?.offset ?? 0));
      const body = blockText(entry, indent, unit, eol);
      return [parent ? below(text, parent, body, eol) : append(text, body, eol)];
    }
    if (isAlias(member.value)) throw new EditError(`"${key}" is an alias`, text, member.offset);
    if (isMap(member.value)) {
      const inner = membersOf(member.value)[0];
      const step = columnOf(text, inner?.offset ?? 0) - columnOf(text, member.offset);
      if (!member.value.flow && step > 0) unit = " ".repeat(step);
      map = member.value;
      parent = member;
    } else if (isEmpty(member.value)) {
      const indent = " ".repeat(columnOf(text, member.offset)) + unit;
      const body = blockText(nested(path.slice(depth + 1), value), indent, unit, eol);
      const word = explicitNull(text, member);
      return [...word ? [word] : [], below(text, member, body, eol)];
    } else throw new EditError(`expected a mapping at "${key}"`, text, member.offset);
  }
  return [];
}

/** At the end; how it is set apart tells later whether the text ended with a line end. */
function append(text: string, body: string, eol: string): Splice {
  const whole = text === "" || text.endsWith("\n") ? `${body}${eol}` : `${eol}${body}`;
  return { offset: text.length, length: 0, text: whole };
}

/** In the line after the parent's key. */
function below(text: string, parent: Member, body: string, eol: string): Splice {
  const end = lineEnd(text, parent.offset);
  return { offset: end, length: 0, text: `${eol}${body}` };
}

function insertFlow(text: string, map: YAMLMap, entry: JsonObject): Splice {
  const open = map.range?.[0] ?? 0;
  const [first] = membersOf(map);
  const members = flowText(entry).slice(2, -2);
  if (first) return { offset: first.offset, length: 0, text: `${members}, ` };
  const isTight = text[open + 1] === "}";
  return { offset: open + 1, length: 0, text: ` ${members}${isTight ? " " : ""}` };
}

function remove(
  text: string,
  { contents }: Document.Parsed,
  path: KeyPath,
  keep: number,
): readonly Splice[] {
  const found: { readonly map: YAMLMap; readonly member: Member }[] = [];
  let node: unknown = contents;
  for (const key of path) {
    const member = isMap(node) ? memberOf(text, node, key) : undefined;
    if (!isMap(node) || !member) return [];
    found.push({ map: node, member });
    node = member.value;
  }
  let depth = found.length - 1;
  while (depth > keep && depth > 0 && found[depth]?.map.items.length === 1) depth--;
  const last = found[depth];
  if (!last) return [];
  return [last.map.flow ? flowCut(text, last.map, last.member) : blockCut(text, last.member)];
}

/** The key's line and those below that are indented further. */
function blockCut(text: string, { offset }: Member): Splice {
  const column = columnOf(text, offset);
  let from = lineStart(text, offset);
  let end = nextLine(text, offset);
  for (let at = end; at < text.length; at = nextLine(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (line.trim() === "") continue;
    if ((/^ */.exec(line)?.[0].length ?? 0) <= column) break;
    end = nextLine(text, at);
  }
  if (end === text.length && !text.endsWith("\n")) from -= eolBefore(text, from);
  return { offset: from, length: end - from, text: "" };
}

function flowCut(text: string, map: YAMLMap, member: Member): Splice {
  const members = membersOf(map);
  const index = members.findIndex(({ offset }) => offset === member.offset);
  const previous = members[index - 1];
  const next = members[index + 1];
  const open = map.range?.[0] ?? 0;
  const close = (map.range?.[1] ?? 0) - 1;
  if (!previous && !next) {
    // As tight as it was: see insertFlow.
    const rest = text.slice(member.end, close);
    return { offset: open + 1, length: member.end - open - 1 + (rest === " " ? 1 : 0), text: "" };
  }
  const from = next || !previous ? member.offset : previous.end;
  const to = next ? next.offset : member.end;
  return { offset: from, length: to - from, text: "" };
}

/** @throws {EditError} where the key is there twice */
function memberOf(text: string, map: YAMLMap, key: string): Member | undefined {
  const [member, second] = membersOf(map).filter((member) => member.key === key);
  if (second) throw new EditError(`"${key}" is there twice`, text, second.offset);
  return member;
}

function membersOf(map: YAMLMap): readonly Member[] {
  return map.items.map(({ key, value }) => {
    const range = isScalar(key) ? key.range : undefined;
    const end = isObject(value) && Array.isArray(value.range) ? Number(value.range[1]) : undefined;
    return {
      key: isScalar(key) ? String(key.value) : "",
      offset: range?.[0] ?? 0,
      value,
      end: end ?? range?.[1] ?? 0,
    };
  });
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

/** The word that says that nothing is there, such as `null` or `~`. */
function explicitNull(text: string, { value, end }: Member): Splice | undefined {
  const start = isScalar(value) ? value.range?.[0] : undefined;
  if (start === undefined || text.slice(start, end).trim() === "") return undefined;
  return { offset: start, length: end - start, text: "" };
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function blockText(value: JsonObject, indent: string, unit: string, eol: string): string {
  return Object.entries(value).map(([key, inner]) =>
    isObject(inner) && Object.keys(inner).length > 0
      ? `${indent}${key}:${eol}${blockText(inner, indent + unit, unit, eol)}`
      : `${indent}${key}: ${flowText(inner)}`
  ).join(eol);
}

/** Texts in quotes, so that none is taken for a number or a switch. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${key}: ${flowText(inner)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
