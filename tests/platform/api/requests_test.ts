import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  addRequestMessage,
  cancelRequest,
  createRequest,
  getRequest,
  isOpenRequest,
  listRequests,
  respondToRequest,
} from "../../../src/platform/api/requests.ts";
import { clientAt, failureOf, jsonServer, TestServer, WORKSPACE_ID } from "../support.ts";

const signal = AbortSignal.timeout(60_000);
const REQUEST_ID = "b1d40c6e-2f7a-4e19-9c35-70a8e4d2f611";
const MESSAGE_ID = "0a7f3d52-91ce-4b86-a2d7-5c48e6b19f33";
const PEER_ID = "58d0c7e1-84fa-49b6-b2c3-7e6f1a0d9b05";
const ROW = {
  id: REQUEST_ID,
  kind: "task",
  requester_type: "agent",
  requester_id: WORKSPACE_ID,
  org_id: null,
  recipient_type: "user",
  recipient_id: "",
  title: "Review the launch draft",
  detail: "Needed by Friday",
  status: "info_requested",
  responder_type: null,
  responder_id: null,
  priority: 5,
  created_at: "2026-08-12T09:30:00.125Z",
  updated_at: "2026-08-12T09:41:00Z",
  responded_at: null,
};
const READ = {
  id: REQUEST_ID,
  kind: "task" as const,
  requester: { type: "agent" as const, id: WORKSPACE_ID },
  recipient: { type: "user" as const, id: "" },
  title: "Review the launch draft",
  detail: "Needed by Friday",
  status: "info_requested",
  priority: 5,
  createdAt: "2026-08-12T09:30:00.125Z",
  updatedAt: "2026-08-12T09:41:00Z",
};

Deno.test("a request is raised with the reference's body; the priority only when there is one", async () => {
  await using server = jsonServer({ request_id: REQUEST_ID, status: "pending" });
  const client = clientAt(server.url);
  const told = { kind: "task", title: "Review the launch draft", detail: "By Friday" } as const;
  const raised = await createRequest(client, { ...told, priority: 5 }, signal);
  assertEquals(raised, { id: REQUEST_ID, status: "pending" });
  await createRequest(client, { kind: "approval", title: "t", recipientId: PEER_ID }, signal);
  assertEquals(server.received.map(({ method, target }) => `${method} ${target}`), [
    `POST /workspaces/${WORKSPACE_ID}/requests`,
    `POST /workspaces/${WORKSPACE_ID}/requests`,
  ]);
  assertEquals(server.received.map(({ body }) => JSON.parse(body)), [
    { ...told, recipient_type: "user", recipient_id: "", priority: 5 },
    { kind: "approval", recipient_type: "agent", recipient_id: PEER_ID, title: "t", detail: "" },
  ]);
});

Deno.test("lists are asked for by box and status; what is no request is left out", async () => {
  await using server = jsonServer([ROW, { ...ROW, id: "7" }, null, 3]);
  const client = clientAt(server.url);
  assertEquals(await listRequests(client, "raised", undefined, signal), [READ]);
  await listRequests(client, "inbox", "pending", signal);
  assertEquals(server.received.map(({ target }) => target), [
    `/workspaces/${WORKSPACE_ID}/requests`,
    `/workspaces/${WORKSPACE_ID}/requests/inbox?status=pending`,
  ]);
});

Deno.test("a request comes with what was written to it", async () => {
  const message = {
    id: MESSAGE_ID,
    request_id: REQUEST_ID,
    author_type: "user",
    author_id: "u-417",
    body: "Which draft?",
    created_at: "2026-08-12T09:41:00Z",
  };
  await using server = jsonServer({ request: ROW, messages: [message, {}] });
  assertEquals(await getRequest(clientAt(server.url), REQUEST_ID, signal), {
    request: READ,
    messages: [{
      id: MESSAGE_ID,
      author: { type: "user", id: "u-417" },
      body: "Which draft?",
      createdAt: "2026-08-12T09:41:00Z",
    }],
  });
});

Deno.test("answering, writing to one and taking one back", async () => {
  await using server = jsonServer({ message_id: MESSAGE_ID });
  const client = clientAt(server.url);
  await respondToRequest(client, REQUEST_ID, "done", signal);
  assertEquals(await addRequestMessage(client, REQUEST_ID, "hello", signal), MESSAGE_ID);
  await cancelRequest(client, REQUEST_ID, signal);
  const base = `/workspaces/${WORKSPACE_ID}/requests/${REQUEST_ID}`;
  assertEquals(
    server.received.map(({ target, body }) => [target, body === "" ? "" : JSON.parse(body)]),
    [
      [`${base}/respond`, { action: "done" }],
      [`${base}/messages`, { body: "hello", author_type: "agent", author_id: WORKSPACE_ID }],
      [`${base}/cancel`, ""],
    ],
  );
});

Deno.test("a platform without requests: every call says so in one sentence", async () => {
  {
    await using server = new TestServer(() => new Response("404 page not found", { status: 404 }));
    const client = clientAt(server.url);
    for (
      const attempt of [
        createRequest(client, { kind: "task", title: "t" }, signal),
        listRequests(client, "inbox", undefined, signal),
        getRequest(client, REQUEST_ID, signal),
        respondToRequest(client, REQUEST_ID, "done", signal),
        addRequestMessage(client, REQUEST_ID, "b", signal),
        cancelRequest(client, REQUEST_ID, signal),
      ]
    ) {
      const failure = await failureOf(attempt);
      assertEquals([failure.kind, failure.maybeDelivered], ["not_routed", false]);
      assertStringIncludes(failure.message, "has no requests and approvals (404)");
    }
  }
});

Deno.test("a 404 that is not the platform's says nothing about its age", async () => {
  for (
    const [text, told] of [["<html>not here</html>", "PLATFORM_URL"], ["", "MOLECULE_ORG_ID"]]
  ) {
    await using server = new TestServer(() => new Response(text, { status: 404 }));
    const failure = await failureOf(getRequest(clientAt(server.url), REQUEST_ID, signal));
    assertEquals(failure.kind, "not_routed");
    assertStringIncludes(failure.message, told ?? "");
    assert(!failure.message.includes("has no requests"), failure.message);
  }
});

Deno.test("a request that does not exist is another answer than a platform without requests", async () => {
  const answer = () => Response.json({ error: "request not found" }, { status: 404 });
  await using server = new TestServer(answer);
  const failure = await failureOf(getRequest(clientAt(server.url), REQUEST_ID, signal));
  assertEquals(failure.kind, "not_found");
});

Deno.test("what is no list, no thread and no change of a request is malformed", async () => {
  for (const body of [{}, "<html>", null]) {
    await using server = jsonServer(body);
    const client = clientAt(server.url);
    for (
      const attempt of [
        createRequest(client, { kind: "task", title: "t" }, signal),
        listRequests(client, "inbox", undefined, signal),
        getRequest(client, REQUEST_ID, signal),
      ]
    ) assertEquals((await failureOf(attempt)).kind, "malformed");
    // Any object will do, but a web page answers nothing.
    const isObject = body !== null && typeof body === "object";
    for (
      const attempt of isObject ? [] : [
        respondToRequest(client, REQUEST_ID, "done", signal),
        addRequestMessage(client, REQUEST_ID, "b", signal),
        cancelRequest(client, REQUEST_ID, signal),
      ]
    ) assertEquals((await failureOf(attempt)).kind, "malformed");
  }
});

Deno.test("pending and asked about is open, everything else is closed", () => {
  const open = ["pending", "info_requested", "done", "approved", "rejected", "cancelled", ""]
    .filter((status) => isOpenRequest({ status }));
  assertEquals(open, ["pending", "info_requested"]);
});
