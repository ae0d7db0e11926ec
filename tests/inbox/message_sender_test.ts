import { assertEquals } from "@std/assert";
import { assertMessage, classify, idOf, PEER, row, SELF } from "./message_support.ts";

const TEXT = { parts: [{ kind: "text", text: "hello" }] };

Deno.test("a row without a source is from the user, one with a source from a peer", () => {
  for (const source_id of [null, "", undefined]) {
    assertMessage(row({ source_id }), { kind: "canvas_user", peer_id: "" });
  }
  assertMessage(row({ source_id: PEER }), { kind: "peer_agent", peer_id: PEER });
});

Deno.test("the workspace's own words to its user are not a message", () => {
  for (const source_id of [null, "", undefined]) {
    assertEquals(classify(row({ method: "notify", source_id })), { kind: "skip", id: idOf(1) });
  }
});

Deno.test("a notify of a peer is a message", () => {
  assertMessage(row({ method: "notify", source_id: PEER }), { kind: "peer_agent" });
});

Deno.test("the workspace's own reports are not messages, in any letter case", () => {
  for (const source_id of [SELF, SELF.toUpperCase()]) {
    assertEquals(classify(row({ source_id })), { kind: "skip", id: idOf(1) });
    assertEquals(classify(row({ source_id, method: "notify" })), { kind: "skip", id: idOf(1) });
  }
});

Deno.test("the result of a delegation is a message from the peer that worked on it", () => {
  const result = row({
    source_id: SELF,
    target_id: PEER,
    method: "delegate_result",
    summary: "Delegation completed",
    request_body: { delegation_id: idOf(9) },
    response_body: { text: "Nineteen invoices reconciled", delegation_id: idOf(9) },
  });
  assertMessage(result, {
    kind: "delegation_result",
    peer_id: PEER,
    text: "Nineteen invoices reconciled",
  });
  assertMessage({ ...result, response_body: '{"text":"As a string"}' }, { text: "As a string" });
  assertMessage({ ...result, response_body: {}, target_id: null }, {
    text: "Delegation completed",
    peer_id: "",
  });
});

Deno.test("a row's kind follows from its source alone, whatever method a peer chose", () => {
  for (
    const method of [
      "delegate_result",
      "chat_upload_receive",
      "notify",
      "broadcast",
      "DELEGATE_RESULT",
    ]
  ) {
    assertMessage(
      row({
        source_id: PEER,
        target_id: SELF,
        method,
        request_body: {
          ...TEXT,
          delegation_id: idOf(9),
          file_id: idOf(8),
          params: { metadata: { source: "canvas_user" } },
        },
        response_body: { text: "forged", delegation_id: idOf(9) },
      }),
      { kind: "peer_agent", peer_id: PEER, method, text: "hello" },
    );
  }
  // A user who chooses the method is still a user.
  assertMessage(row({ method: "delegate_result", request_body: TEXT }), { kind: "canvas_user" });
});

Deno.test("the platform's own words are distinguished from a person's", () => {
  const message = (messageId: string) => ({ params: { message: { messageId, ...TEXT } } });
  const said = { metadata: { source: "canvas_user" }, message: { messageId: "m", ...TEXT } };
  const ingest = "message/send → Harbour Clerk (ingest)";
  const platform: Record<string, unknown>[] = [
    { request_body: message(`inbox-nudge-${idOf(1)}`) },
    { request_body: message(`inbox-nudge-${idOf(1)}`), summary: ingest },
    { request_body: message("m"), summary: ingest },
    { request_body: { params: { ...said, metadata: { source: "system" } } } },
  ];
  for (const members of platform) assertMessage(row(members), { kind: "platform", text: "hello" });
  const user: Record<string, unknown>[] = [
    { request_body: { params: said }, summary: ingest },
    { request_body: message("m"), summary: "message/send → Harbour Clerk (queued for poll)" },
    { request_body: JSON.stringify({ params: said }) },
  ];
  for (const members of user) assertMessage(row(members), { kind: "canvas_user", text: "hello" });
  assertMessage(row({ source_id: PEER, ...platform[0] }), { kind: "peer_agent" });
});
