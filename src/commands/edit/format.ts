import { isDeepStrictEqual } from "node:util";
import { field, isObject, type JsonObject } from "../../lib/json.ts";
import { applySplices, type Splice } from "./splice.ts";

/** Where an entry stands: the keys that lead to it, from the root. */
export type KeyPath = readonly [string, ...string[]];

/**
 * One language of configuration files. An edit is made of splices, so that whatever is not the entry
 * stays byte for byte. Texts are without a byte order mark.
 */
export interface Format {
  /** @throws {EditError} when it is not valid */
  open(text: string): OpenedText;
  /** The entry as a text of its own, to paste. */
  snippet(path: KeyPath, value: JsonObject): string;
}

/** A text that has been parsed. */
export interface OpenedText {
  /** What it means; undefined for a file with nothing in it. */
  readonly value: unknown;
  /** The entry set, or replaced. @throws {EditError} when there is no safe place for it */
  put(path: KeyPath, value: JsonObject): readonly Splice[];
  /**
   * The entry gone, and with it the objects around it that are empty then.
   *
   * @param keep how many keys of the path stay although nothing is left in them
   */
  remove(path: KeyPath, keep: number): readonly Splice[];
}

/** A file that this does not dare to edit; it stays as it is. Never quotes it. */
export class EditError extends Error {
  override readonly name = "EditError";

  constructor(message: string, text: string, offset: number) {
    const before = text.slice(0, Math.max(0, offset)).split("\n");
    super(`${message} (line ${before.length}, column ${(before.at(-1) ?? "").length + 1})`);
  }
}

const MARK = "\uFEFF";

/**
 * Sets or replaces an entry.
 *
 * @returns what to change in the text; nothing else than the entry differs then
 * @throws {EditError}
 */
export function putEntry(
  format: Format,
  text: string,
  path: KeyPath,
  value: JsonObject,
): readonly Splice[] {
  return refuseDeep(
    text,
    () => edited(format, text, path, value, (opened) => opened.put(path, value)),
  );
}

/**
 * Removes an entry; without one nothing changes.
 *
 * @throws {EditError}
 */
export function removeEntry(
  format: Format,
  text: string,
  path: KeyPath,
  keep = 0,
): readonly Splice[] {
  return refuseDeep(
    text,
    () => edited(format, text, path, undefined, (opened) => opened.remove(path, keep)),
  );
}

/**
 * What a file says at a path.
 *
 * @throws {EditError}
 */
export function entryAt(format: Format, text: string, path: readonly string[]): unknown {
  return refuseDeep(text, () => valueAt(format.open(withoutMark(text)).value, path));
}

/**
 * Works on what a file says. Parsers, copies and comparisons go as deep as the file does, and each
 * runs out of stack at a depth of its own: that is nobody's configuration.
 *
 * @throws {EditError} in place of the stack's RangeError
 */
export function refuseDeep<T>(text: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new EditError("it is nested too deeply", text, 0);
  }
}

/** What a value holds at a path. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => field(inner, key), value);
}

/** A text without its byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith(MARK) ? text.slice(1) : text;
}

/** Makes the edit and proves it: what the new text means is the old meaning and the change. */
function edited(
  format: Format,
  text: string,
  path: KeyPath,
  value: JsonObject | undefined,
  edit: (opened: OpenedText) => readonly Splice[],
): readonly Splice[] {
  const body = withoutMark(text);
  const opened = format.open(body);
  const splices = edit(opened);
  const expected = changed(opened.value, path, value);
  let after: unknown;
  try {
    after = format.open(applySplices(body, splices)).value;
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw unsafe(body, splices);
  }
  // A clone's objects are plain ones, whatever the parser makes.
  const [is, shouldBe] = structuredClone([pruned(after, path), pruned(expected, path)]);
  if (!isDeepStrictEqual(is, shouldBe)) throw unsafe(body, splices);
  const shift = text.length - body.length;
  return splices.map((splice) => ({ ...splice, offset: splice.offset + shift }));
}

function unsafe(body: string, splices: readonly Splice[]): EditError {
  return new EditError(
    "no way to change it safely: edit it by hand",
    body,
    splices[0]?.offset ?? 0,
  );
}

function changed(root: unknown, path: readonly string[], value: JsonObject | undefined): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const own = isObject(root) ? root : {};
  const inner = changed(Object.hasOwn(own, key) ? own[key] : undefined, rest, value);
  return { ...own, [key]: inner };
}

/** Without what is empty along the path, which may come and go. */
function pruned(root: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return root;
  const { [key]: inner, ...others } = isObject(root) ? root : {};
  const left = pruned(inner, rest);
  const isGone = left === undefined || (rest.length > 0 && Object.keys(left ?? {}).length === 0);
  return isGone ? others : { ...others, [key]: left };
}

/** The value in the objects that the keys stand for. */
export function nested(keys: readonly string[], value: JsonObject): JsonObject {
  return keys.reduceRight<JsonObject>((inner, key) => ({ [key]: inner }), value);
}
