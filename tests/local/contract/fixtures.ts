/**
 * The example exchanges of platform-fixtures.json and how an answer is compared with one.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { UUID_PATTERN } from "../../../src/lib/uuid.ts";
import type { ServerVersion } from "../../../src/local/start.ts";
import { isObject, type Json } from "../../../src/local/state/json.ts";
import type { Answer } from "../support.ts";

/** One part of an upload; the content is any `bytes` bytes. */
export interface FixturePart {
  name: string;
  filename: string;
  contentType: string;
  bytes: number;
}

/** One example exchange. */
export interface FixtureCase {
  id: string;
  endpoint: string;
  evidence: string;
  note?: string;
  /** The versions of the server that answer so; the examples call them layers. */
  layers?: ServerVersion[];
  /** The types of the events that the stream of `ids.self` gets from the call. */
  events?: string[];
  request: {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: Json;
    multipart?: FixturePart[];
  };
  response: { status: number; headers?: Record<string, string>; body: Json };
}

/** In an example it stands for words that are not fixed. */
const ANY_TEXT = "(explanatory text)";

interface Fixtures {
  meta: {
    ids: Record<
      "self" | "sibling_push" | "sibling_poll" | "child" | "parent" | "removed" | "org",
      string
    >;
    base_url: string;
  };
  cases: FixtureCase[];
}

const file: Fixtures = read("platform-fixtures.json");
const seen: Pick<Fixtures, "cases"> = read("platform-fixtures-seen.json");

/** The workspace ids of the examples. */
export const ids = file.meta.ids;
/** The platform's address in the examples. */
export const fixtureBaseUrl = file.meta.base_url;
/** The token of `ids.self` in the examples. */
export const fixtureToken = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";
/** The inbound secret of `ids.self` in the examples. */
export const fixtureSecret = "s1bQ7wXz4LpT0vKn8JrYcHd2mGf5gUa9eRi6oWnVtZk";

/** All examples. */
export const cases: readonly FixtureCase[] = [...file.cases, ...seen.cases];

/** The example with this id. */
export function fixtureCase(id: string): FixtureCase {
  const found = cases.find((item) => item.id === id);
  assert(found, `There is no example ${id}`);
  return found;
}

/** In what an answer may differ from its example. */
export interface Tolerance {
  /**
   * Members that the server makes up (ids, times, secrets), as `a.b` or `[].a`: only their shape
   * is compared.
   */
  generated?: string[];
  /** Members that a newer server adds to an answer of S: they must be there, with any value. */
  adds?: string[];
}

/** Asserts that the answer is the example's, but for the tolerance. */
export function assertAnswer(
  answer: Answer,
  example: FixtureCase,
  baseUrl: string,
  tolerance: Tolerance = {},
): void {
  const { status, headers = {}, body } = example.response;
  assertEquals(answer.status, status, `${example.id}: status; the body was ${answer.text}`);
  for (const [name, value] of Object.entries(headers)) {
    assertEquals(answer.headers.get(name), value, `${example.id}: header ${name}`);
  }
  if (body === null) return assertEquals(answer.text, "", `${example.id}: body`);
  if (!headers["Content-Type"]?.startsWith("application/json")) {
    return assertEquals(answer.text, body, `${example.id}: body`);
  }
  const expected = JSON.parse(JSON.stringify(body).replaceAll(fixtureBaseUrl, baseUrl));
  const actual = structuredClone(answer.body);
  for (const name of tolerance.adds ?? []) {
    assert(isObject(actual) && name in actual, `${example.id}: ${name} is missing`);
    delete actual[name];
  }
  assertEquals(
    normalised(actual, "", tolerance.generated ?? [], expected),
    normalised(expected, "", tolerance.generated ?? [], expected),
    `${example.id}: body`,
  );
}

/** The value with what may differ replaced by its shape. */
function normalised(
  value: Json | undefined,
  path: string,
  generated: string[],
  example: Json | undefined,
): unknown {
  if (example === ANY_TEXT) {
    return typeof value === "string" && value.length > 0 ? "text" : value;
  }
  if (
    typeof example === "string" && typeof value === "string" && example.endsWith(` ${ANY_TEXT}`)
  ) {
    const fixed = example.slice(0, -ANY_TEXT.length);
    return value.length > fixed.length && value.startsWith(fixed) ? `${fixed}text` : value;
  }
  if (generated.includes(path)) return shapeOf(value);
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      normalised(item, `${path}[]`, generated, Array.isArray(example) ? example[i] : undefined)
    );
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      normalised(
        item,
        path === "" ? key : `${path}.${key}`,
        generated,
        isObject(example) ? example[key] : undefined,
      ),
    ]),
  );
}

function read(name: string) {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));
}

function shapeOf(value: unknown): unknown {
  if (typeof value !== "string") return typeof value;
  return value
    .replace(new RegExp(UUID_PATTERN, "g"), "<uuid>")
    .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z/g, "<time>")
    .replace(/^[A-Za-z0-9_-]{43}$/, "<secret>");
}
