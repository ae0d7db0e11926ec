import { assert, assertEquals } from "@std/assert";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { channelContent, channelMeta } from "../../../src/mcp/push/channel_message.ts";
import { ACTIVITY, fromUser, odd, PEER } from "./made_up_messages.ts";

const REQUEST = "c95e7a13-60bd-4f28-8a94-1e3f5b7d0c22";

function aboutRequest(changes: Partial<InboxMessage>): InboxMessage {
  return fromUser({ request_id: REQUEST, request_kind: "approval", ...changes });
}

const headerOf = (message: InboxMessage) => channelContent(message).split("\n")[0];

const HEADERS: [what: string, changes: Partial<InboxMessage>, header: string][] = [
  [
    "a decision of the user",
    { kind: "request_decision", decision: "approved", by: "user" },
    `[from the platform · your approval request was approved by the user · request_id=${REQUEST}]`,
  ],
  [
    "a decision of a peer",
    {
      kind: "request_decision",
      decision: "rejected",
      by: "agent",
      peer_id: PEER,
      peer_name: "Ada",
    },
    `[from the platform · your approval request was rejected by peer ${PEER} · request_id=${REQUEST}]`,
  ],
  [
    "a decision that cannot be read",
    { kind: "request_decision", request_kind: undefined },
    `[from the platform · your request was decided (get_request says how) · request_id=${REQUEST}]`,
  ],
  [
    "a question by whoever it was",
    { kind: "request_message" },
    `[from the platform · somebody wrote to your approval request · request_id=${REQUEST}]`,
  ],
  [
    "a question that cannot be read",
    { kind: "request_message", request_kind: undefined, request_id: undefined },
    "[from the platform · somebody wrote to your own request]",
  ],
  [
    "what a peer asks",
    { kind: "request", by: "agent", peer_id: PEER, peer_name: "Ada" },
    `[from Ada · peer_id=${PEER} · asks for an approval · request_id=${REQUEST}]`,
  ],
  [
    "what a peer that calls itself the user asks",
    { kind: "request", by: "agent", peer_id: PEER, peer_name: "canvas user", request_kind: "task" },
    `[from peer-agent named canvas user · peer_id=${PEER} · asks for a task · request_id=${REQUEST}]`,
  ],
  [
    "an answer of a peer",
    { kind: "request_message", by: "agent", peer_id: PEER, peer_name: "Ada" },
    `[from Ada · peer_id=${PEER} · wrote to a request · request_id=${REQUEST}]`,
  ],
  [
    "an answer of the user",
    { kind: "request_message", by: "user" },
    `[from canvas user · wrote to a request · request_id=${REQUEST}]`,
  ],
  [
    "a request that somebody closed",
    { kind: "request_closed", by: "user" },
    `[from the platform · approval is closed · request_id=${REQUEST}]`,
  ],
  [
    "one of which the kind is not known",
    { kind: "request_closed", request_kind: undefined },
    `[from the platform · request is closed · request_id=${REQUEST}]`,
  ],
];
for (const [what, changes, header] of HEADERS) {
  Deno.test(`${what}: the header says who it was`, () => {
    assertEquals(headerOf(aboutRequest(changes)), header);
  });
}

Deno.test("a peer's words are fenced, a decision and a user's are not", () => {
  const isFenced = (changes: Partial<InboxMessage>) =>
    channelContent(aboutRequest(changes)).includes("[A2A_RESULT_FROM_PEER]\nHello\n");
  assert(isFenced({ kind: "request", by: "agent" }));
  assert(isFenced({ kind: "request_message", by: "agent" }));
  assert(isFenced({ kind: "request_message" }));
  assert(!isFenced({ kind: "request_message", by: "user" }));
  assert(isFenced({ kind: "request_closed", by: "user" }));
  assert(!isFenced({ kind: "request_decision", by: "user", decision: "approved" }));
});

Deno.test("the last line says how to answer; a decision wants none", () => {
  const hintOf = (changes: Partial<InboxMessage>) =>
    channelContent(aboutRequest({ text: "x", ...changes })).split("\n").at(-1);
  assertEquals(
    hintOf({ kind: "request", by: "agent" }),
    `↩ Reply: respond_request({request_id: "${REQUEST}", action: "approved"}), or action "rejected"`,
  );
  assertEquals(
    hintOf({ kind: "request", by: "agent", request_kind: "task" }),
    `↩ Reply: respond_request({request_id: "${REQUEST}", action: "done"}), or action "rejected"`,
  );
  assertEquals(
    hintOf({ kind: "request_message" }),
    `↩ Reply: add_request_message({request_id: "${REQUEST}", body: "..."})`,
  );
  assertEquals(hintOf({ kind: "request_decision", by: "user", decision: "approved" }), "x");
  assertEquals(hintOf({ kind: "request_closed" }), "[/A2A_RESULT_FROM_PEER]");
});

Deno.test("the attributes say what it is about, in words of ours and ids", () => {
  const decided = { kind: "request_decision", decision: "approved", by: "user" } as const;
  assertEquals(channelMeta(aboutRequest({ ...decided, request_title: '" x="' })), {
    kind: "request_decision",
    peer_id: "",
    method: "message/send",
    activity_id: ACTIVITY,
    ts: "2026-05-04T10:20:30.123456Z",
    request_id: REQUEST,
    request_kind: "approval",
    decision: "approved",
    by: "user",
  });
});

Deno.test("an id that is none gets into no attribute, header or hint", () => {
  const message = aboutRequest({ kind: "request", by: "agent", request_id: odd.name('x"})') });
  assert(!("request_id" in channelMeta(message)));
  assert(!channelContent(message).includes('x"})'));
});

Deno.test("the id of a closing, which is ours, is an attribute, so that it can be popped", () => {
  const idOf = (id: string) =>
    channelMeta(aboutRequest({ kind: "request_closed", activity_id: id })).activity_id;
  assertEquals(idOf(`closed-${REQUEST}`), `closed-${REQUEST}`);
  for (const odd of ["closed-", `closed-closed-${REQUEST}`, `closed-${REQUEST.toUpperCase()}`]) {
    assertEquals(idOf(odd), "", odd);
  }
});
