import { cutText } from "../../lib/cut_text.ts";

/** For a whole list as JSON in UTF-8: more would flood an agent's context, and may be refused. */
const MAX_BYTES = 256 * 1024;
/** For one text in it: an inbox message is shorter than this, its fence included. */
const MAX_TEXT_LENGTH = 65 * 1024;

/** The first items of a list. */
export interface TruncatedList<T> {
  readonly items: T[];
  /** How many items are not in it. */
  readonly omitted: number;
}

/**
 * As many of the first items as fit in one result; very long texts in them are cut and marked.
 *
 * @param options.atLeastOne for items whose size is bounded: the first is kept in any case
 */
export function truncateList<T>(
  items: readonly T[],
  { atLeastOne = false } = {},
): TruncatedList<T> {
  const encoder = new TextEncoder();
  const kept: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const short = withShortTexts(item) as T;
    bytes += encoder.encode(JSON.stringify(short)).byteLength + 1;
    if (bytes > MAX_BYTES && !(atLeastOne && kept.length === 0)) break;
    kept.push(short);
  }
  return { items: kept, omitted: items.length - kept.length };
}

function withShortTexts(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length <= MAX_TEXT_LENGTH
      ? value
      : `${cutText(value, MAX_TEXT_LENGTH)}… [cut; ${value.length} characters]`;
  }
  if (Array.isArray(value)) return value.map(withShortTexts);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withShortTexts(member)]),
  );
}
