/** Deeper than any real message; a walk that calls itself for each level is still safe. */
const MAX_DEPTH = 500;
/** Far above any real message; V8 takes about a tenth of a second to parse this many. */
const MAX_VALUES = 500_000;

/** Limits on JSON, apart from its length. */
export interface JsonBounds {
  readonly maxDepth?: number;
  /** Counted as brackets and commas, which may come to twice the number of values. */
  readonly maxValues?: number;
}

/** Why JSON was not even tried. */
export class JsonBoundsError extends Error {
  override readonly name = "JsonBoundsError";
}

/**
 * `JSON.parse` for what others wrote: how deep it is nested and how many values it has is counted
 * first, in one pass that takes no memory. 16 MB of `[],[],…` are millions of objects and stop the
 * program for seconds; 100,000 times `[` overflows whatever walks through it afterwards.
 *
 * @throws {JsonBoundsError} for too much of it
 * @throws {SyntaxError} for what is not JSON
 */
export function parseBoundedJson(text: string, bounds: JsonBounds = {}): unknown {
  const { maxDepth = MAX_DEPTH, maxValues = MAX_VALUES } = bounds;
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
        break;
    }
    if (depth > maxDepth) throw new JsonBoundsError(`it is nested deeper than ${maxDepth} levels`);
    if (values > maxValues) throw new JsonBoundsError(`it holds more than ${maxValues} values`);
  }
  return JSON.parse(text);
}

/** Where the string that begins here ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
