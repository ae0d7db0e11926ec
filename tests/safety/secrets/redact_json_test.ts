import { assertEquals, assertStrictEquals } from "@std/assert";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";
import { redactJson } from "../../../src/safety/secrets/redact_json.ts";

function redacted(value: unknown, secret = "molecule-secret"): unknown {
  const redactor = new SecretRedactor();
  redactor.add(secret);
  return redactJson(value, redactor);
}

Deno.test("strings and keys are redacted at every depth, other values stay", () => {
  assertEquals(
    redacted({ a: ["molecule-secret", 1, null, true], b: { "x molecule-secret": "y" } }),
    { a: ["[redacted]", 1, null, true], b: { "x [redacted]": "y" } },
  );
  assertEquals(redacted("molecule-secret"), "[redacted]");
});

Deno.test("a value without a secret is the same object", () => {
  const value = { a: [1, { b: "c" }], d: null };
  assertStrictEquals(redacted(value), value);
});

Deno.test("the value that was given is left as it was", () => {
  const value = { a: ["molecule-secret"] };
  redacted(value);
  assertEquals(value, { a: ["molecule-secret"] });
});

Deno.test("a secret made of JSON's own marks takes nothing but itself", () => {
  assertEquals(redacted({ ok: true, text: 'a ":true b' }, '":true'), {
    ok: true,
    text: "a [redacted] b",
  });
});

Deno.test("a key named __proto__ stays a key", () => {
  const value = JSON.parse('{"__proto__":{"a":"molecule-secret"}}');
  assertEquals(JSON.stringify(redacted(value)), '{"__proto__":{"a":"[redacted]"}}');
});
