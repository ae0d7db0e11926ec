import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import { peerJson } from "../../../src/safety/untrusted/peer_json.ts";
import { cleanText } from "../../../src/safety/untrusted/untrusted_text.ts";

const HIDDEN = "\u200b";

Deno.test("peerJson cleans strings at every depth and leaves other values alone", () => {
  assertEquals(
    peerJson({ a: `x${HIDDEN}`, b: [1, true, null, { c: [`${HIDDEN}y\r\n`] }], d: {}, e: [] }),
    { a: "x", b: [1, true, null, { c: ["y\n"] }], d: {}, e: [] },
  );
});

Deno.test("peerJson cleans a bare value", () => {
  assertEquals(peerJson(`x${HIDDEN}`), "x");
  assertEquals(peerJson(7), 7);
  assertEquals(peerJson(null), null);
  assertEquals(peerJson(undefined), undefined);
});

Deno.test("peerJson keeps the order of keys and elements", () => {
  const value = { z: { q: 1, p: "2" }, a: [3, "4", [5]], m: null };
  assertEquals(JSON.stringify(peerJson(value)), JSON.stringify(value));
});

Deno.test("peerJson cleans keys, and a cleaned one never replaces the genuine one", () => {
  assertEquals(peerJson({ [`na${HIDDEN}me`]: 1 }), { name: 1 });
  assertEquals(peerJson({ [`id${HIDDEN}`]: "false", id: "true" }), { id: "true" });
  assertEquals(peerJson({ id: "true", [`id${HIDDEN}`]: "false" }), { id: "true" });
  assertEquals(peerJson({ [`id${HIDDEN}`]: "1", [`${HIDDEN}id`]: "2" }), { id: "1" });
});

Deno.test("peerJson copies a key named __proto__ as a key", () => {
  const cleaned = peerJson(JSON.parse('{"__proto__":{"admin":true}}'));
  assertEquals(JSON.stringify(cleaned), '{"__proto__":{"admin":true}}');
  assertStrictEquals((cleaned as { admin?: boolean }).admin, undefined);
});

Deno.test("peerJson cuts what is nested beyond reason, so that it can be printed", () => {
  const depth = 100_000;
  const hostile = JSON.parse(`${'{"a":['.repeat(depth)}${"]}".repeat(depth)}`);
  const printed = JSON.stringify(peerJson(hostile));
  assert(printed.includes("(nested too deeply)"));
  assert(printed.length < 10_000);
});

Deno.test("peerJson leaves its argument as it was", () => {
  const value = { a: [`x${HIDDEN}`] };
  peerJson(value);
  assertEquals(value, { a: [`x${HIDDEN}`] });
});

Deno.test("property: peerJson equals cleaning the strings of the printed value", () => {
  const cleanStrings = (_key: string, value: unknown) =>
    typeof value === "string" ? cleanText(value) : value;
  const json = fc.jsonValue({ maxDepth: 5 }).filter((value) =>
    !/"__proto__"/.test(JSON.stringify(value))
  );
  fc.assert(
    fc.property(json, (value) => {
      assertEquals(JSON.stringify(peerJson(value)), JSON.stringify(value, cleanStrings));
    }),
  );
});

const CUT = "(cut here: too many values)";

Deno.test("peerJson copies 200,000 values at most, and says where it stopped", () => {
  const cleaned = peerJson(new Array(1_000_000).fill(0));
  assert(Array.isArray(cleaned));
  // The array itself counts as well.
  assertEquals([cleaned.length, cleaned.at(-2), cleaned.at(-1)], [200_000, 0, CUT]);
});

Deno.test("peerJson cuts an object with too many fields at one of them", () => {
  const fields = Array.from({ length: 250_000 }, (_, i) => [`k${i}`, i]);
  const cleaned = Object.entries(peerJson(Object.fromEntries(fields)) as object);
  assertEquals([cleaned.length, cleaned.at(-1)], [200_000, ["k199999", CUT]]);
});

Deno.test("peerJson keeps the outer values when an inner one is too large", () => {
  const cleaned = peerJson([{ id: "a", body: new Array(300_000).fill(0) }, { id: "b", c: [1] }]);
  assert(Array.isArray(cleaned));
  assertEquals([cleaned[0].id, cleaned[0].body.at(-1), cleaned[1]], [
    "a",
    CUT,
    { id: "b", c: [CUT] },
  ]);
});

Deno.test("peerJson leaves a value of exactly 200,000 whole", () => {
  const value = new Array(199_999).fill("x");
  assert(JSON.stringify(peerJson(value)) === JSON.stringify(value));
});
