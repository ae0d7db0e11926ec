// 1.0.3, by ota-meshi (the eslint plugin's parser): 39 KB in the bundle, MIT; depends on a table of
// ESLint's own. The small parsers (smol-toml) say where nothing stands.
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { EditError, type Format, type KeyPath, valueAt } from "./format.ts";
import {
  applySplices,
  eolBefore,
  eolOf,
  lineEnd,
  nextLine,
  type Splice,
  withRemoved,
} from "./splice.ts";

/** TOML. An entry is a table of its own at the end, `[mcp_servers.molecule]`. */
export const TOML: Format = {
  open(text) {
    const program = parse(text);
    const value = getStaticTOMLValue(program);
    return {
      value,
      put(path, entry) {
        if (valueAt(value, path) === undefined) return append(text, program, path, entry);
        const removed = remove(text, program, path);
        const rest = applySplices(text, removed);
        return [...removed, ...withRemoved(append(rest, parse(rest), path, entry), removed)];
      },
      remove: (path) => remove(text, program, path),
    };
  },
  snippet: (path, value) => table(path, value, "\n"),
};

function parse(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new EditError("it is not valid TOML", text, error.index);
  }
}

function append(
  text: string,
  program: AST.TOMLProgram,
  path: KeyPath,
  value: JsonObject,
): readonly Splice[] {
  const inline = inlineParent(program, path);
  if (inline) return [insertInline(text, inline, path, value)];
  const eol = eolOf(text);
  const body = table(path, value, eol);
  // How it is set apart tells later whether the text ended with a line end of its own.
  const whole = text === ""
    ? `${body}${eol}`
    : text.endsWith("\n")
    ? `${eol}${body}${eol}`
    : `${eol}${eol}${body}`;
  return [{ offset: text.length, length: 0, text: whole }];
}

/** `mcp_servers = { ... }`, which no later table may add to. */
function inlineParent(program: AST.TOMLProgram, path: KeyPath): AST.TOMLInlineTable | undefined {
  const [name] = path;
  for (const node of program.body[0].body) {
    if (node.type !== "TOMLKeyValue" || keysOf(node.key).join("\0") !== name) continue;
    if (node.value.type === "TOMLInlineTable") return node.value;
  }
  return undefined;
}

function insertInline(
  text: string,
  { range: [start, end], body }: AST.TOMLInlineTable,
  path: KeyPath,
  value: JsonObject,
): Splice {
  const member = `${keyText(path.at(-1) ?? "")} = ${tomlText(value)}`;
  const last = body.at(-1);
  if (last) return { offset: last.range[1], length: 0, text: `, ${member}` };
  const isTight = text.slice(start + 1, end - 1) === "";
  return { offset: start + 1, length: 0, text: ` ${member}${isTight ? " " : ""}` };
}

function remove(text: string, program: AST.TOMLProgram, path: KeyPath): readonly Splice[] {
  const splices: Splice[] = [];
  const isBelow = (keys: readonly (string | number)[]) =>
    path.every((key, depth) => keys[depth] === key);
  const top = program.body[0];
  for (const node of top.body) {
    if (node.type === "TOMLTable") {
      if (isBelow(node.resolvedKey)) splices.push(wholeTable(text, node));
      else splices.push(...pairs(text, node.resolvedKey, node.body, isBelow));
    } else splices.push(...pairs(text, [], [node], isBelow));
  }
  return splices;
}

/** From the empty line before its header to the end of its last line. */
function wholeTable(text: string, node: AST.TOMLTable): Splice {
  const last = node.body.at(-1) ?? node.key;
  const to = nextLine(text, lineEnd(text, last.range[1]));
  let from = node.range[0];
  const isLast = to === text.length && !text.endsWith("\n");
  const isApart = (offset: number) => offset === 0 || eolBefore(text, offset) > 0;
  const before = eolBefore(text, from);
  if (before > 0 && isApart(from - before)) from -= before;
  // The last line of a text without a line end at its end: that is how it was before, too.
  if (isLast) from -= eolBefore(text, from);
  return { offset: from, length: to - from, text: "" };
}

function pairs(
  text: string,
  outer: readonly (string | number)[],
  nodes: readonly AST.TOMLKeyValue[],
  isBelow: (keys: readonly (string | number)[]) => boolean,
): Splice[] {
  const splices: Splice[] = [];
  for (const node of nodes) {
    const keys = [...outer, ...keysOf(node.key)];
    const [start, end] = node.range;
    if (isBelow(keys)) {
      splices.push({ offset: start, length: nextLine(text, lineEnd(text, end)) - start, text: "" });
    } else if (node.value.type === "TOMLInlineTable") {
      splices.push(...inlinePairs(text, keys, node.value, isBelow));
    }
  }
  return splices;
}

function inlinePairs(
  text: string,
  outer: readonly (string | number)[],
  { range: [open, close], body: nodes }: AST.TOMLInlineTable,
  isBelow: (keys: readonly (string | number)[]) => boolean,
): Splice[] {
  return nodes.flatMap((node, index) => {
    if (!isBelow([...outer, ...keysOf(node.key)])) return [];
    const previous = nodes[index - 1];
    const next = nodes[index + 1];
    if (!previous && !next) {
      // As tight as it was: see insertInline.
      const isSpaced = text.slice(node.range[1], close - 1) === " ";
      const to = node.range[1] + (isSpaced ? 1 : 0);
      return [{ offset: open + 1, length: to - open - 1, text: "" }];
    }
    const from = previous ? previous.range[1] : node.range[0];
    const to = !previous && next ? next.range[0] : node.range[1];
    return [{ offset: from, length: to - from, text: "" }];
  });
}

function keysOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => part.type === "TOMLBare" ? part.name : part.value);
}

function table(path: KeyPath, value: JsonObject, eol: string): string {
  const lines = Object.entries(value).map(([key, inner]) => `${keyText(key)} = ${tomlText(inner)}`);
  return [`[${path.map(keyText).join(".")}]`, ...lines].join(eol);
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : tomlText(key);
}

/** Texts, numbers, switches, lists and tables of them: what an entry consists of. */
function tomlText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlText).join(", ")}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, inner]) =>
      `${keyText(key)} = ${tomlText(inner)}`
    );
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  // A text of JSON is one of TOML, but for DEL, which JSON leaves as it is.
  return JSON.stringify(value).replaceAll("\x7f", "\\u007F");
}
