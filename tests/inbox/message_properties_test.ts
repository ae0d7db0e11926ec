import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { cleanLine, cleanText } from "../../src/safety/untrusted/untrusted_text.ts";
import { classify, idOf, PEER, row, SELF } from "./message_support.ts";

/** Whatever comes: an answer of a known kind, and a message that is whole and clean. */
function assertTotal(value: unknown): void {
  const classified = classify(value, { tagArrival: true });
  assert(["message", "file", "skip", "invalid"].includes(classified.kind));
  if (classified.kind !== "message" && classified.kind !== "file") return;
  const { message } = classified;
  assertEquals(message.activity_id, classified.id);
  assert(message.text !== "" && message.text === cleanText(message.text));
  assert(["canvas_user", "peer_agent", "delegation_result", "platform"].includes(message.kind));
  const lines = [message.peer_id, message.method, message.created_at, message.peer_name];
  for (const line of [...lines, message.peer_role, message.agent_card_url]) {
    assertEquals(cleanLine(line ?? "") ?? "", line ?? "");
  }
  assert(message.attachments === undefined || message.attachments.length > 0);
  for (const { kind, uri, claimed_uri, name, mime_type } of message.attachments ?? []) {
    assert(kind !== "" && (uri ?? claimed_uri ?? name) !== undefined);
    for (const text of [kind, uri ?? "x", claimed_uri ?? "x", name ?? "x", mime_type ?? "x"]) {
      assert(text !== "" && !/[\n\t]/.test(text) && text === cleanText(text));
    }
  }
  assertEquals(JSON.parse(JSON.stringify(message)), message);
}

const deep = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

Deno.test("no body that a peer or an old platform could produce makes classification fail", () => {
  const part = (value: unknown) => ({ params: { message: { parts: [value] } } });
  const bodies: unknown[] = [
    ...[null, true, 0, -1, 1e308, "", "x", "null", "[]", "{", '{"params":', [], {}, [[]]],
    ...[{ params: null }, { params: [] }, { params: "x" }, { params: { message: null } }],
    ...[{ params: { message: [] } }, { params: { message: { parts: {} } } }, { parts: "text" }],
    ...[part(null), part([]), part("text"), part({}), part({ kind: "text" }), part({ kind: null })],
    ...[part({ kind: "text", text: {} }), part({ kind: ["text"], text: "x" })],
    ...[part({ kind: "file", file: [] }), part({ kind: "file", file: { uri: {}, name: [] } })],
    ...[part({ kind: "file", file: { uri: "\ud800" } }), { file_id: {}, uri: [] }, {
      file_id: "x",
    }],
    ...[{ __proto__: null }, JSON.parse('{"__proto__":{"parts":[{"kind":"text","text":"x"}]}}')],
    ...[
      { parts: new Array(1000).fill({ kind: "text", text: "x" }) },
      deep(50_000),
      "[".repeat(1e5),
    ],
    ...[part(deep(50_000)), { parts: [{ kind: "text", text: "\ud800\udfff\udfff\0" }] }],
  ];
  assert(bodies.length >= 27);
  for (const request_body of bodies) {
    for (const method of ["message/send", "chat_upload_receive", "delegate_result", "", null]) {
      assertTotal(row({ request_body, response_body: request_body, method }));
    }
  }
});

Deno.test("no kind of value in any member of a row makes classification fail", () => {
  const values = [null, true, 0, "", "x", "\0\u202e", [], {}, [null], { a: [] }, deep(10_000)];
  const members = [...Object.keys(row({})), "request_body", "response_body", "attachments"];
  for (const member of [...members, "peer_name", "peer_role", "agent_card_url", "seq"]) {
    for (const value of values) assertTotal(row({ [member]: value }));
  }
});

Deno.test("property: any JSON gives an answer", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assertTotal(value)), { numRuns: 500 });
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("text", "file", "notify", "delegate_result", "chat_upload_receive", SELF, PEER),
  fc.constantFrom("\u200b", "\n", idOf(2), "platform-pending:x/y", "image/png"),
);
const anyValue = fc.oneof(anyText, fc.jsonValue({ maxDepth: 2 }));
const part = fc.record(
  { kind: anyText, type: anyText, text: anyText, uri: anyText, file: anyValue, name: anyValue },
  { requiredKeys: [] },
);
const holder = fc.record({ parts: fc.oneof(fc.array(part), anyValue) }, { requiredKeys: [] });
const body = fc.record(
  {
    params: fc.oneof(
      fc.record({ message: fc.oneof(holder, anyValue), parts: fc.array(part) }, {
        requiredKeys: [],
      }),
      anyValue,
    ),
    parts: fc.oneof(fc.array(part), anyValue),
    file_id: anyValue,
    uri: anyText,
    name: anyText,
    mimeType: anyText,
    text: anyText,
  },
  { requiredKeys: [] },
);
const anyRow = fc.record(
  {
    id: fc.oneof(fc.constant(idOf(1)), anyText),
    source_id: anyValue,
    target_id: anyValue,
    method: anyValue,
    summary: anyValue,
    created_at: anyValue,
    peer_name: anyValue,
    peer_role: anyValue,
    agent_card_url: anyValue,
    request_body: fc.oneof(body, body.map((value) => JSON.stringify(value)), anyValue),
    response_body: fc.oneof(body, anyValue),
    attachments: fc.oneof(fc.array(part), anyValue),
  },
  { requiredKeys: [] },
);

Deno.test("property: any row, however odd, gives an answer that is whole and clean", () => {
  fc.assert(fc.property(anyRow, (value) => assertTotal(value)), { numRuns: 3_000 });
});
