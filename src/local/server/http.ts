/**
 * Answers and request bodies as the platform shapes them.
 *
 * @module
 */
import * as z from "zod/mini";
import { type Json, parseJson } from "../state/json.ts";

/** A JSON answer; `undefined` properties are left out. */
export function json(
  status: number,
  body: object,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
  });
}

/** An error answer: `{"error": message, …}`. */
export function fail(status: number, error: string, more: Record<string, Json> = {}): Response {
  return json(status, { error, ...more });
}

/** The answer for a path that is no endpoint. */
export function noSuchEndpoint(): Response {
  const headers = { "Content-Type": "text/plain" };
  return new Response("404 page not found", { status: 404, headers });
}

/** An answer without a body, as the guards in front of the handlers give it. */
export function empty(status: number): Response {
  return new Response(null, { status });
}

/** The media type of a `Content-Type` header, lower case, without parameters. */
export function mediaType(headers: Headers): string {
  return (headers.get("Content-Type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** The text of a request body. */
export function decode(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

/**
 * Binds a JSON body to a schema. Unknown fields are ignored; a wrong JSON type, a missing required
 * field or text that is not JSON gives undefined (the platform answers 400).
 */
export function bind<T extends z.ZodMiniType>(
  body: Uint8Array,
  schema: T,
): z.output<T> | undefined {
  const result = schema.safeParse(parseJson(decode(body)));
  return result.success ? result.data : undefined;
}

/** Builds field schemas with the platform's rules: null counts as absent, absent as the zero value. */
export const field = {
  /** A string that must be there and not be empty. */
  requiredText: () => z.string().check(z.minLength(1)),
  text: () => orZero(z.string(), ""),
  /** An integer; a fraction is a wrong type. */
  int: () => orZero(z.int(), 0),
  number: () => orZero(z.number(), 0),
  /** Any JSON that must be there. */
  requiredJson: () => z.json(),
  json: () => z.optional(z.json()),
};

/** The type is checked; null and absence become the zero value. */
export function orZero<T extends z.ZodMiniType, const Z>(schema: T, zero: Z) {
  return z.pipe(
    z.nullish(schema),
    z.transform((value): z.output<T> | Z => value ?? zero),
  );
}
