import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { errorOf, type FailedReply } from "../../../src/platform/errors/http_error.ts";
import type { PlatformErrorKind } from "../../../src/platform/errors/platform_error.ts";
import { decodeJson } from "../../../src/lib/json.ts";
import { fixture, fixtureResponse, FIXTURES } from "../fixtures.ts";

const ORIGIN = "https://acme.example.net";

function failed(
  status: number,
  body: unknown = "",
  headers: Record<string, string> = {},
): FailedReply {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: new Headers(headers), json: decodeJson(text), text };
}

const KIND_OF_STATUS: Readonly<Record<number, PlatformErrorKind>> = {
  400: "rejected",
  401: "unauthorized",
  402: "rejected",
  403: "forbidden",
  404: "not_found",
  409: "rejected",
  410: "gone",
  413: "rejected",
  422: "rejected",
  429: "rate_limited",
  500: "server",
  502: "server",
  503: "server",
};
const NOT_ROUTED = ["tenant-guard-empty-404", "tenant-guard-400", "cors-empty-403"];

for (const example of FIXTURES.filter(({ response }) => response.status >= 300)) {
  Deno.test(`the kind of the platform's answer "${example.id}"`, async () => {
    const response = fixtureResponse(example);
    const text = await response.text();
    const { status, headers } = response;
    const error = errorOf({ status, headers, json: decodeJson(text), text }, ORIGIN);
    const kind = NOT_ROUTED.includes(example.id) ? "not_routed" : KIND_OF_STATUS[status];
    assertEquals(error.kind, kind);
    assertEquals(error.status, status);
    assertEquals(error.maybeDelivered, status >= 500);
    const reason = Reflect.get(Object(example.response.body), "error");
    if (typeof reason === "string") assertStringIncludes(error.message, reason);
  });
}

Deno.test("an empty 404 is told apart from a thing that does not exist", () => {
  const error = errorOf(failed(404), ORIGIN);
  assertEquals(error.kind, "not_routed");
  assertStringIncludes(error.message, "an empty answer");
  assertStringIncludes(error.message, "MOLECULE_ORG_ID");
});

Deno.test("a web server's 404 page says nothing about the thing asked for", () => {
  const error = errorOf(failed(404, "<html><body>Not here</body></html>"), ORIGIN);
  assertEquals(error.kind, "not_routed");
  assertStringIncludes(error.message, "a web page");
});

Deno.test("the demand for the organisation header says which setting is missing", () => {
  const { response } = fixture("tenant-guard-400");
  const error = errorOf(failed(400, response.body), ORIGIN);
  assertStringIncludes(error.message, "400");
  assertStringIncludes(error.message, "MOLECULE_ORG_ID");
});

Deno.test("the hint of an error body is shown with the error", () => {
  const error = errorOf(failed(403, { error: "talk_to_user_disabled", hint: "ask" }), ORIGIN);
  assertStringIncludes(error.message, "talk_to_user_disabled (ask)");
});

Deno.test("the reason is one line of at most 200 characters without control characters", () => {
  const error = errorOf(failed(500, { error: `a\nb\x1b[31m\u202e${"x".repeat(500)}` }), ORIGIN);
  assertMatch(error.message, /^https:\/\/acme\.example\.net answered 500: a b\S*x+…$/);
  assert(error.message.length < 300);
});

Deno.test("an empty error body leaves origin and status", () => {
  assertEquals(errorOf(failed(500), ORIGIN).message, `${ORIGIN} answered 500`);
});

Deno.test("error bodies of any shape make no trouble", () => {
  const bodies = [null, [], 42, "text", { error: 7 }, { error: { code: 1 } }, { hint: "only" }];
  for (const body of bodies) {
    assertEquals(errorOf(failed(500, JSON.stringify(body)), ORIGIN).kind, "server");
  }
});

Deno.test("429 without Retry-After advises a minute, with it the time", () => {
  assertMatch(errorOf(failed(429), ORIGIN).message, /Try again in a minute$/);
  const waiting = errorOf(failed(429, "", { "Retry-After": "23" }), ORIGIN);
  assertEquals(waiting.retryAfterMs, 23_000);
  assertMatch(waiting.message, /Try again in 23 s$/);
});

Deno.test("a Retry-After of 0 is said as 1 s and kept as 0", () => {
  const error = errorOf(failed(429, { retry_after: 5 }, { "Retry-After": "0" }), ORIGIN);
  assertEquals(error.retryAfterMs, 0);
  assertMatch(error.message, /Try again in 1 s$/);
});

Deno.test("a redirect's message shows the other origin, never path, query or password", () => {
  const location = "https://user:pass@login.example.org/path?session=1";
  const error = errorOf(failed(302, "", { Location: location }), ORIGIN);
  assertStringIncludes(error.message, "https://login.example.org");
  for (const hidden of ["pass", "path?", "session"]) assert(!error.message.includes(hidden));
});

Deno.test("a redirect to nowhere in particular is one to another path", () => {
  const { message } = errorOf(failed(302, "", { Location: "/login" }), ORIGIN);
  assertStringIncludes(message, "a redirect to another path");
  assertStringIncludes(errorOf(failed(302, ""), ORIGIN).message, "a redirect to another path");
});

Deno.test("the platform's words are the body's error, with the hint when there is one", () => {
  const words = (body: unknown) => errorOf(failed(400, body), ORIGIN).words;
  assertEquals(words({ error: "no", hint: "try" }), "no (try)");
  assertEquals(words({ error: "no" }), "no");
  assertEquals(words({ hint: "try" }), '{"hint":"try"}');
});
