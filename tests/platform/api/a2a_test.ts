import { assertEquals } from "@std/assert";
import { sendMessage } from "../../../src/platform/api/a2a.ts";
import { fixture, fixtureResponse } from "../fixtures.ts";
import { clientAt, failureOf, TestServer, TOKEN, WORKSPACE_ID } from "../support.ts";

const PEER_ID = "a94e07d2-5c13-4f8b-9e60-1b7d3c2f8a02";
const OPTIONS = {
  messageId: "message-1",
  readTimeoutMs: 10_000,
  signal: AbortSignal.timeout(60_000),
};

const answering = (id: string) => new TestServer(() => fixtureResponse(fixture(id)));

Deno.test("a message goes to the peer's proxy, from this workspace, as message/send", async () => {
  await using server = answering("a2a-sync-reply");
  await sendMessage(clientAt(server.url), PEER_ID, "How many?", OPTIONS);
  const [request] = server.received;
  assertEquals([request?.method, request?.target], ["POST", `/workspaces/${PEER_ID}/a2a`]);
  assertEquals(request?.bearer, TOKEN);
  assertEquals(request?.headers.get("x-workspace-id"), WORKSPACE_ID);
  const { id, ...call } = JSON.parse(request?.body ?? "");
  assertEquals(typeof id, "string");
  assertEquals(call, {
    jsonrpc: "2.0",
    method: "message/send",
    params: {
      message: {
        role: "user",
        messageId: "message-1",
        parts: [{ kind: "text", text: "How many?" }],
      },
      metadata: {},
    },
  });
});

Deno.test("the peer's answer, a busy peer's queue and a JSON-RPC error come classified", async () => {
  for (
    const [id, kind] of [
      ["a2a-sync-reply", "answer"],
      ["a2a-push-busy-queued", "queued"],
      ["a2a-jsonrpc-error", "error"],
    ] as const
  ) {
    await using server = answering(id);
    assertEquals((await sendMessage(clientAt(server.url), PEER_ID, "t", OPTIONS)).kind, kind);
  }
});

Deno.test("without an organisation id a guarded platform's 400 is not_routed, not a token fault", async () => {
  await using server = answering("tenant-guard-400");
  const failure = await failureOf(sendMessage(clientAt(server.url), PEER_ID, "t", OPTIONS));
  assertEquals([failure.kind, failure.status], ["not_routed", 400]);
  assertEquals(server.received.length, 1);
});

for (
  const [id, waitMs] of [
    ["a2a-503-busy", 30_000],
    ["a2a-503-waking", 15_000],
    ["a2a-503-restarting-n2", 15_000],
    ["a2a-503-restarting", undefined],
  ] as const
) {
  Deno.test(`proxy failure ${id} comes with its body and the time to wait`, async () => {
    await using server = answering(id);
    const failure = await failureOf(sendMessage(clientAt(server.url), PEER_ID, "t", OPTIONS));
    assertEquals([failure.kind, failure.retryAfterMs], ["server", waitMs]);
    assertEquals(failure.body, fixture(id).response.body);
  });
}

Deno.test("a peer that takes longer than its read timeout: timed out", async () => {
  await using server = new TestServer(() => "hang");
  const failure = await failureOf(
    sendMessage(clientAt(server.url), PEER_ID, "t", { ...OPTIONS, readTimeoutMs: 20 }),
  );
  assertEquals([failure.kind, failure.maybeDelivered], ["timed_out", true]);
});
