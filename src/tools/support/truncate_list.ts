import { cutText } from "../../lib/cut_text.ts";

/** Of a whole list as JSON in UTF-8: what is more floods an agent's context, and may be refused. */
const MAX_BYTES = 256 * 1024;
/** Of one text in it: a message of the inbox is shorter, its fence included. */
const MAX_TEXT_LENGTH = 65 * 1024;

/** The beginning of a list. */
export interface TruncatedList<T> {
  readonly items: T[];
  /** How many items are not in it. */
  readonly omitted: number;
}

/**
 * The first of the items that fit into one result, very long texts in them cut and marked so.
 *
 * @param options.atLeastOne for items that are bounded themselves: the first is kept in any case
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
