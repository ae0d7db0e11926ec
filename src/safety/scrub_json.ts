import type { Scrub } from "./log.ts";

/**
 * The JSON value with every string in it scrubbed, keys included; the same value when there was
 * nothing to scrub.
 *
 * Printed JSON is not scrubbed instead: the platform chooses the tokens, and one that holds JSON's
 * own marks (`":true`) would take them out of the print.
 */
export function scrubJson(value: unknown, scrubber: Scrub): unknown {
  if (typeof value === "string") return scrubber.scrub(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const copy = value.map((item) => scrubJson(item, scrubber));
    return copy.every((item, index) => item === value[index]) ? value : copy;
  }
  let changed = false;
  const copy = Object.entries(value).map(([name, child]): [string, unknown] => {
    const entry: [string, unknown] = [scrubber.scrub(name), scrubJson(child, scrubber)];
    changed ||= entry[0] !== name || entry[1] !== child;
    return entry;
  });
  return changed ? Object.fromEntries(copy) : value;
}
