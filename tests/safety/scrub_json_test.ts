import { assertEquals, assertStrictEquals } from "@std/assert";
import { SecretScrubber } from "../../src/safety/redact.ts";
import { scrubJson } from "../../src/safety/scrub_json.ts";

function scrubbed(value: unknown, secret = "molecule-secret"): unknown {
  const scrubber = new SecretScrubber();
  scrubber.add(secret);
  return scrubJson(value, scrubber);
}

Deno.test("strings and keys are scrubbed at every depth, other values stay", () => {
  assertEquals(
    scrubbed({ a: ["molecule-secret", 1, null, true], b: { "x molecule-secret": "y" } }),
    { a: ["[redacted]", 1, null, true], b: { "x [redacted]": "y" } },
  );
  assertEquals(scrubbed("molecule-secret"), "[redacted]");
});

Deno.test("a value without a secret is the same object", () => {
  const value = { a: [1, { b: "c" }], d: null };
  assertStrictEquals(scrubbed(value), value);
});

Deno.test("the value that was given is left as it was", () => {
  const value = { a: ["molecule-secret"] };
  scrubbed(value);
  assertEquals(value, { a: ["molecule-secret"] });
});

Deno.test("a secret made of JSON's own marks takes nothing but itself", () => {
  assertEquals(scrubbed({ ok: true, text: 'a ":true b' }, '":true'), {
    ok: true,
    text: "a [redacted] b",
  });
});

Deno.test("a key named __proto__ stays a key", () => {
  const value = JSON.parse('{"__proto__":{"a":"molecule-secret"}}');
  assertEquals(JSON.stringify(scrubbed(value)), '{"__proto__":{"a":"[redacted]"}}');
});
