import { decodeJson, field } from "../lib/json.ts";

/** A row's body; old rows hold it as a JSON string. */
export function decodedBody(row: unknown, name: string): unknown {
  const body = field(row, name);
  // An undecodable body counts as missing.
  return typeof body === "string" ? decodeJson(body) : body;
}

/** The places where a message's parts may be, in order of precedence. */
export function partLists(body: unknown): readonly unknown[][] {
  const params = field(body, "params");
  return [field(params, "message"), params, body].map((holder) => {
    const parts = field(holder, "parts");
    return Array.isArray(parts) ? parts : [];
  });
}

/** Whether the part declares itself to be of that kind. */
export function isPartOf(kind: string, part: unknown): boolean {
  return field(part, "kind") === kind || field(part, "type") === kind;
}
