// 3.3.1, by Microsoft: VS Code's own parser, 10 KB in the bundle, MIT, no dependencies. Only for its
// offsets: its edits lose a file's layout.
import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { JsonObject } from "../../lib/json.ts";
import { EditError, type Format, type KeyPath, nested } from "./format.ts";
import { insertMember, removeMember } from "./json_members.ts";
import { blockText, indentUnit, lineText } from "./json_text.ts";
import { eolOf, lineStart, type Splice } from "./splice.ts";

/** What a client's reader allows beyond JSON. */
export interface JsonDialect {
  readonly comments: boolean;
  readonly trailingCommas: boolean;
}

/** JSON as strict as the client that reads it. */
export function jsonFormat(dialect: JsonDialect): Format {
  return {
    open(text) {
      const root = parseRoot(text, dialect);
      return {
        value: root && getNodeValue(root),
        put: (path, value) => put(text, root, path, value),
        remove: (path, keep) => remove(text, root, path, keep),
      };
    },
    snippet: (path, value) => JSON.stringify(nested(path, value), null, 2),
  };
}

function parseRoot(text: string, { comments, trailingCommas }: JsonDialect): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, {
    disallowComments: !comments,
    allowTrailingComma: trailingCommas,
    allowEmptyContent: true,
  });
  const [first] = errors;
  if (first) {
    const what = printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
    throw new EditError(`it is not valid JSON: ${what}`, text, first.offset);
  }
  if (root && root.type !== "object") {
    throw new EditError("expected a JSON object", text, root.offset);
  }
  return root;
}

function put(
  text: string,
  root: Node | undefined,
  path: KeyPath,
  value: JsonObject,
): readonly Splice[] {
  const eol = eolOf(text);
  if (!root) {
    const before = text === "" || text.endsWith("\n") ? "" : eol;
    const body = blockText(nested(path, value), "", "  ", eol);
    return [{ offset: text.length, length: 0, text: `${before}${body}${eol}` }];
  }
  let node = root;
  for (const [depth, key] of path.entries()) {
    const member = memberOf(text, node, key);
    const inner = member?.children?.[1];
    if (!member || !inner) {
      return insertMember(text, root, node, key, nested(path.slice(depth + 1), value));
    }
    if (depth === path.length - 1) {
      const isBlock = text.slice(inner.offset, inner.offset + inner.length).includes("\n");
      const start = lineStart(text, member.offset);
      const indent = /^[ \t]*/.exec(text.slice(start, member.offset))?.[0] ?? "";
      const isOwnLine = start + indent.length === member.offset;
      const replacement = isBlock || isOwnLine
        ? blockText(value, indent, indentUnit(text, root), eol)
        : lineText(value, /\s/.test(text.slice(inner.offset - 1, inner.offset)));
      return [{ offset: inner.offset, length: inner.length, text: replacement }];
    }
    if (inner.type !== "object") {
      throw new EditError(`expected an object at "${key}"`, text, inner.offset);
    }
    node = inner;
  }
  return [];
}

function remove(
  text: string,
  root: Node | undefined,
  path: KeyPath,
  keep: number,
): readonly Splice[] {
  const found: { readonly object: Node; readonly member: Node }[] = [];
  let node = root;
  for (const key of path) {
    const member = node?.type === "object" ? memberOf(text, node, key) : undefined;
    if (!node || !member) return [];
    found.push({ object: node, member });
    node = member.children?.[1];
  }
  let depth = found.length - 1;
  while (depth > keep && depth > 0 && found[depth]?.object.children?.length === 1) depth--;
  const last = found[depth];
  return last ? removeMember(text, last.object, last.member) : [];
}

/** @throws {EditError} where the key is there twice: readers differ in which of them counts */
function memberOf(text: string, object: Node, key: string): Node | undefined {
  const members = object.children?.filter(({ children }) => children?.[0]?.value === key) ?? [];
  const [member, second] = members;
  if (second) throw new EditError(`"${key}" is there twice`, text, second.offset);
  return member;
}
