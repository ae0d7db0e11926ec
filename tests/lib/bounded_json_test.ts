import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { JsonBoundsError, parseBoundedJson } from "../../src/lib/bounded_json.ts";
import { peerJson } from "../../src/safety/untrusted/peer_json.ts";
import { redactJson } from "../../src/safety/secrets/redact_json.ts";

Deno.test("within its bounds it is JSON.parse", () => {
  fc.assert(fc.property(fc.json(), (text) => {
    assertEquals(parseBoundedJson(text), JSON.parse(text));
  }));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'[]{},:"\\1a ') }), (text) => {
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        assertThrows(() => parseBoundedJson(text), SyntaxError);
        return;
      }
      assertEquals(parseBoundedJson(text), expected);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("what is inside a string does not count, whatever is escaped in it", () => {
  fc.assert(fc.property(
    fc.array(fc.string({ unit: fc.constantFrom(...'[]{},:"\\') })),
    (texts) => {
      const text = JSON.stringify(texts);
      const bounds = { maxDepth: 1, maxValues: texts.length + 2 };
      assertEquals(parseBoundedJson(text, bounds), texts);
    },
  ));
});

Deno.test("10 MB of text in one value are read", () => {
  const text = JSON.stringify({ content: '[{,"\\'.repeat(2_000_000) });
  assertEquals(JSON.stringify(parseBoundedJson(text)), text);
});

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

Deno.test("what is nested as deep as is allowed can be walked, cleaned, redacted and printed", () => {
  const json = parseBoundedJson(nested(500));
  assertEquals(JSON.stringify(json), nested(500));
  assertEquals(redactJson(json, { redact: (text) => text }), json);
  peerJson(json);
});

const TOO_MUCH: readonly [what: string, text: string, reason: RegExp][] = [
  ["501 levels", nested(501), /deeper than 500 levels/],
  ["100,000 levels", nested(100_000), /deeper than 500 levels/],
  ["100,000 levels that never end", "[".repeat(100_000), /deeper than 500 levels/],
  ["levels of both kinds", '{"a":['.repeat(300), /deeper than 500 levels/],
  ["16 MB of empty lists", `[${"[],".repeat(5_000_000)}[]]`, /more than 500000 values/],
  ["16 MB of numbers", `[${"1,".repeat(8_000_000)}1]`, /more than 500000 values/],
];
for (const [what, text, reason] of TOO_MUCH) {
  Deno.test(`${what} are not even tried`, () => {
    const error = assertThrows(() => parseBoundedJson(text), JsonBoundsError);
    assertEquals(reason.test(error.message), true, error.message);
  });
}
