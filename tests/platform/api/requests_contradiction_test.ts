import { assertEquals } from "@std/assert";
import {
  cancelRequest,
  getRequest,
  listRequests,
  respondToRequest,
} from "../../../src/platform/api/requests.ts";
import { clientAt, failureOf, jsonServer } from "../support.ts";

const signal = AbortSignal.timeout(60_000);
const ID = "b1d40c6e-2f7a-4e19-9c35-70a8e4d2f611";
const OTHER_ID = "c95e7a13-60bd-4f28-8a94-1e3f5b7d0c22";

Deno.test("another request than the one that was asked for is no answer: its decision is not this one's", async () => {
  await using server = jsonServer({
    request: { id: OTHER_ID, kind: "approval", status: "approved" },
    messages: [],
  });
  const failure = await failureOf(getRequest(clientAt(server.url), ID, signal));
  assertEquals(failure.kind, "malformed");
});

Deno.test("the id may come back in capital letters", async () => {
  await using server = jsonServer({ request: { id: ID.toUpperCase() }, messages: [] });
  assertEquals((await getRequest(clientAt(server.url), ID, signal)).request.id, ID);
});

Deno.test("an answer that names another outcome or another request than was sent is not believed", async () => {
  for (const answer of [{ status: "rejected" }, { status: "approved", request_id: OTHER_ID }]) {
    await using server = jsonServer(answer);
    const client = clientAt(server.url);
    for (
      const call of [
        respondToRequest(client, ID, "approved", signal),
        cancelRequest(client, ID, signal),
      ]
    ) {
      const { kind, maybeDelivered } = await failureOf(call);
      assertEquals([kind, maybeDelivered], ["malformed", true]);
    }
  }
});

Deno.test("no more is read of a list or a thread than a platform ever sends", async () => {
  const rows = Array.from({ length: 1000 }, () => ({ id: crypto.randomUUID() }));
  await using lists = jsonServer(rows);
  assertEquals((await listRequests(clientAt(lists.url), "inbox", "pending", signal)).length, 50);
  await using thread = jsonServer({ request: { id: ID }, messages: rows });
  const { messages } = await getRequest(clientAt(thread.url), ID, signal);
  assertEquals([messages.length, messages[0]?.id], [200, rows[0]?.id]);
});
