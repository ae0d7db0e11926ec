import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { normalise, replyText } from "../../../src/local/delivery/envelope.ts";
import type { Json } from "../../../src/local/state/json.ts";

const REPLIES: [string, Json, string | undefined][] = [
  [
    "parts",
    { result: { parts: [{ kind: "text", text: "a" }, { type: "text", text: "b" }] } },
    "ab",
  ],
  [
    "artifacts",
    { result: { artifacts: [{ parts: [{ text: "a" }] }, { parts: [{ text: "b" }] }] } },
    "ab",
  ],
  [
    "parts before artifacts",
    { result: { parts: [{ text: "a" }], artifacts: [{ parts: [] }] } },
    "a",
  ],
  ["parts without text", { result: { parts: [{ kind: "file", file: {} }] } }, undefined],
  ["parts that are no objects", { result: { parts: [null, "a", { text: 1 }] } }, undefined],
  ["artifacts without text", { result: { artifacts: [null, { parts: [] }] } }, undefined],
  ["a plain result", { result: "a" }, undefined],
  ["an error", { error: { message: "a" } }, undefined],
  ["a list", [], undefined],
];

for (const [what, reply, text] of REPLIES) {
  Deno.test(`envelope: the text of ${what} is ${text ?? "not there"}`, () => {
    assertEquals(replyText(reply), text);
  });
}

function partsAfter(parts: Json): Json | undefined {
  const call = { jsonrpc: "2.0", id: "1", method: "message/send", params: { message: { parts } } };
  const envelope = normalise(JSON.stringify(call), "n2");
  assert(!(envelope instanceof Response));
  return JSON.parse(JSON.stringify(envelope.body)).params.message.parts;
}

Deno.test("envelope: N2 renames type to kind only where kind is missing", () => {
  const parts: Json[] = [
    { type: "text", text: "a" },
    { kind: "text", type: "x", text: "b" },
    { text: "c" },
    "d",
  ];
  assertEquals(partsAfter(parts), [{ kind: "text", text: "a" }, ...parts.slice(1)]);
});

Deno.test("envelope: any JSON object is taken, anything else refused, and none is a crash", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("n1" as const, "n2" as const), (value, v) => {
      const envelope = normalise(JSON.stringify(value), v);
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      if (!isObject) assert(envelope instanceof Response);
      else if (!(envelope instanceof Response)) assert(envelope.messageId.length > 0);
    }),
  );
});
