import { parseBoundedJson } from "./bounded_json.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Decodes JSON; `undefined` for anything that is not JSON, or more of it than any real answer. */
export function decodeJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined; // The caller, who has the text, judges an odd body.
  }
}

/** Whether the value is a JSON object (not an array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A member of a JSON object; `undefined` for anything else. Never a member of the prototype. */
export function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A non-empty string member. */
export function textField(value: unknown, name: string): string | undefined {
  const member = field(value, name);
  return typeof member === "string" && member !== "" ? member : undefined;
}
