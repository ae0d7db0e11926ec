import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type A2aReply,
  classifyReply,
  isQueuedEnvelope,
} from "../../../src/platform/api/a2a_reply.ts";
import { FIXTURES } from "../fixtures.ts";

const answer = (text: string): A2aReply => ({ kind: "answer", text });
const malformed: A2aReply = { kind: "malformed" };

/** Behaviour in words, the body of the proxy's answer, what it means. */
const CASES: readonly [name: string, body: unknown, expected: A2aReply][] = [
  [
    "a task in a poll-mode peer's inbox is queued",
    { status: "queued", delivery_mode: "poll", method: "message/send" },
    { kind: "queued", by: "poll" },
  ],
  [
    "another method in the inbox is queued too",
    { status: "queued", delivery_mode: "poll", method: "notify" },
    { kind: "queued", by: "poll" },
  ],
  [
    "queued without a method is queued",
    { status: "queued", delivery_mode: "poll" },
    { kind: "queued", by: "poll" },
  ],
  [
    "queued for a busy push peer is queued, with its id",
    { queued: true, queue_id: "q-1", queue_depth: 2, message: "busy" },
    { kind: "queued", by: "busy", queueId: "q-1" },
  ],
  [
    "queued for later delivery is queued",
    { status: "queued", delivery_mode: "push-async" },
    { kind: "queued", by: "later" },
  ],
  ["status queued alone is malformed", { status: "queued" }, malformed],
  ["a delivery mode alone is malformed", { delivery_mode: "poll" }, malformed],
  ["queued that is not true is malformed", { queued: "yes" }, malformed],
  [
    "a text part is the answer",
    { result: { parts: [{ kind: "text", text: "hi" }] } },
    answer("hi"),
  ],
  [
    "a part with type instead of kind",
    { result: { parts: [{ type: "text", text: "hi" }] } },
    answer("hi"),
  ],
  [
    "several parts are joined",
    { result: { parts: [{ text: "one " }, { text: "two" }] } },
    answer("one two"),
  ],
  ["no parts is no response", { result: { parts: [] } }, answer("(no response)")],
  ["a result without parts is no response", { result: {} }, answer("(no response)")],
  ["a part without text is no response", { result: { parts: [{}] } }, answer("(no response)")],
  ["null text is no response", { result: { parts: [{ text: null }] } }, answer("(no response)")],
  [
    "a part that is no object is no response",
    { result: { parts: ["hi", null, 3] } },
    answer("(no response)"),
  ],
  ["parts that are no list are no response", { result: { parts: "hi" } }, answer("(no response)")],
  ["a null result is no response", { result: null }, answer("(no response)")],
  ["a string result is the answer", { result: "plain" }, answer("plain")],
  ["an empty string result is no response", { result: "" }, answer("(no response)")],
  [
    "artifacts are the answer when there are no parts",
    { result: { artifacts: [{ parts: [{ text: "a" }] }, { parts: [{ text: "b" }] }] } },
    answer("ab"),
  ],
  [
    "a nested message is the answer",
    { result: { message: { parts: [{ text: "nested" }] } } },
    answer("nested"),
  ],
  [
    "a task's status message is the answer",
    { result: { status: { message: { parts: [{ text: "state" }] } } } },
    answer("state"),
  ],
  [
    "a result counts before an error",
    { result: "fine", error: { message: "not" } },
    answer("fine"),
  ],
  [
    "a text that starts with Agent error: is an error",
    { result: { parts: [{ text: "Agent error: boom" }] } },
    { kind: "error", message: "Agent error: boom" },
  ],
  [
    "error message and code",
    { error: { code: -32603, message: "Internal error" } },
    { kind: "error", message: "Internal error", code: -32603 },
  ],
  ["error message alone", { error: { message: "no" } }, { kind: "error", message: "no" }],
  ["error code alone", { error: { code: 7 } }, { kind: "error", code: 7 }],
  ["error code 0 is kept", { error: { code: 0, message: "no" } }, {
    kind: "error",
    message: "no",
    code: 0,
  }],
  ["a string error", { error: " plain " }, { kind: "error", message: "plain" }],
  ["a number as error", { error: 42 }, { kind: "error" }],
  ["null as error", { error: null }, { kind: "error" }],
  [
    "a platform's own error with restart metadata",
    { error: "agent unreachable", restarting: true, retry_after: 15 },
    { kind: "error", message: "agent unreachable" },
  ],
  ["the message is trimmed", { error: { message: "  no \n" } }, { kind: "error", message: "no" }],
  [
    "a code that is no integer is dropped",
    { error: { code: "7", message: "no" } },
    { kind: "error", message: "no" },
  ],
  ["a fractional code is dropped", { error: { code: 1.5, message: "no" } }, {
    kind: "error",
    message: "no",
  }],
  ["an empty object is malformed", {}, malformed],
  ["unknown keys are malformed", { hello: "world" }, malformed],
  ["a list is malformed", [{ result: "x" }], malformed],
  ["a string is malformed", "queued", malformed],
  ["null is malformed", null, malformed],
  ["no JSON at all is malformed", undefined, malformed],
];

for (const [name, body, expected] of CASES) {
  Deno.test(`proxy answer: ${name}`, () => assertEquals(classifyReply(body), expected));
}

Deno.test("every proxy answer of the specification is classified as what it is", () => {
  const kinds = FIXTURES
    .filter(({ id, response }) => id.startsWith("a2a-") && response.status < 300)
    .filter(({ id }) => !id.startsWith("a2a-queue-"))
    .map(({ id, response }) => [id, classifyReply(response.body).kind]);
  assertEquals(Object.fromEntries(kinds), {
    "a2a-sync-reply": "answer",
    "a2a-sync-reply-v0-parts": "answer",
    "a2a-sync-reply-artifacts": "answer",
    "a2a-sync-reply-string": "answer",
    "a2a-sync-empty-parts": "answer",
    "a2a-jsonrpc-error": "error",
    "a2a-with-file": "answer",
    "a2a-poll-queued": "queued",
    "a2a-push-busy-queued": "queued",
    "a2a-push-async-queued": "queued",
    "a2a-boot-turn-queued": "queued",
  });
});

Deno.test("no JSON whatsoever makes the classification throw", () => {
  const shape = fc.record({
    status: fc.constantFrom("queued", "ok"),
    queued: fc.jsonValue(),
    delivery_mode: fc.jsonValue(),
    result: fc.jsonValue(),
    error: fc.jsonValue(),
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), shape), (body) => {
    classifyReply(body);
  }));
});

Deno.test("an error nested thousands of levels deep makes no trouble", () => {
  const deep = JSON.parse("[".repeat(5_000) + "]".repeat(5_000));
  assertEquals(classifyReply({ error: deep }), { kind: "error" });
  assertEquals(classifyReply({ result: deep }), answer("(no response)"));
});

Deno.test("a preview that is the proxy's queued envelope is recognised, even cut short", () => {
  assertEquals(isQueuedEnvelope('{"delivery_mode":"poll","status":"queued"}'), true);
  assertEquals(isQueuedEnvelope('{"queued": true, "delegation_id": "d-1"}'), true);
  assertEquals(
    isQueuedEnvelope('  {"delivery_mode":"poll","status": "queued","method":"mess...'),
    true,
  );
});

Deno.test("an answer that speaks of queues is not an envelope", () => {
  for (const text of ["queued", "the status is queued", '{"status":"queued"}', '{"a":1}', ""]) {
    assertEquals(isQueuedEnvelope(text), false, text);
  }
});
