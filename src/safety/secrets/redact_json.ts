import type { Redactor } from "../log.ts";

/**
 * The JSON value with every string in it redacted, keys included; the same value when there was
 * nothing to redact.
 *
 * Printed JSON is not redacted instead: the platform chooses the tokens, and one that holds JSON's
 * own marks (`":true`) would take them out of the print.
 */
export function redactJson(value: unknown, redactor: Redactor): unknown {
  if (typeof value === "string") return redactor.redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const copy = value.map((item) => redactJson(item, redactor));
    return copy.every((item, index) => item === value[index]) ? value : copy;
  }
  let changed = false;
  const copy = Object.entries(value).map(([name, child]): [string, unknown] => {
    const entry: [string, unknown] = [redactor.redact(name), redactJson(child, redactor)];
    changed ||= entry[0] !== name || entry[1] !== child;
    return entry;
  });
  return changed ? Object.fromEntries(copy) : value;
}
