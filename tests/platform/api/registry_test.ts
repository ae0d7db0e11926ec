import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  discover,
  heartbeat,
  isTokenTaken,
  listPeers,
  register,
  updateCard,
} from "../../../src/platform/api/registry.ts";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { fixture, fixtureResponse } from "../fixtures.ts";
import { clientAt, failureOf, jsonServer, TestServer, TOKEN, WORKSPACE_ID } from "../support.ts";

const CARD = { name: "Scout", skills: [{ name: "research" }] };
const PEER_ID = "a94e07d2-5c13-4f8b-9e60-1b7d3c2f8a02";
const signal = AbortSignal.timeout(60_000);

/** A server that answers as in the specification. */
const answering = (id: string) => new TestServer(() => fixtureResponse(fixture(id)));

Deno.test("register sends id, empty url, card and poll mode, nothing else", async () => {
  await using server = jsonServer({ status: "registered" });
  await register(clientAt(server.url), CARD);
  const [request] = server.received;
  assertEquals([request?.method, request?.target], ["POST", "/registry/register"]);
  assertEquals(JSON.parse(request?.body ?? ""), {
    id: WORKSPACE_ID,
    url: "",
    agent_card: CARD,
    delivery_mode: "poll",
  });
  assertEquals(request?.bearer, TOKEN);
  assertEquals(request?.headers.get("origin"), server.url);
});

Deno.test("register hands out the secrets that the platform issued", async () => {
  await using server = answering("register-first-poll-mints-token");
  const { body } = fixture("register-first-poll-mints-token").response;
  assertEquals(await register(clientAt(server.url), CARD), {
    authToken: Reflect.get(Object(body), "auth_token"),
    inboundSecret: Reflect.get(Object(body), "platform_inbound_secret"),
  });
});

Deno.test("register with a web page in the platform's place is malformed", async () => {
  await using server = new TestServer(() => new Response("<html>Welcome</html>"));
  const failure = await failureOf(register(clientAt(server.url), CARD));
  assertEquals(failure.kind, "malformed");
  assertStringIncludes(failure.message, "not a registration (it is no JSON, ");
  assertStringIncludes(failure.message, "PLATFORM_URL");
});

Deno.test("register brings a workspace online on the platform", async () => {
  await using platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  const secrets = await register(clientAt(platform.url), CARD);
  assertEquals(secrets.authToken, undefined);
  assertEquals(typeof secrets.inboundSecret, "string");
  assertEquals(platform.workspace(WORKSPACE_ID)?.status, "online");
  assertEquals(platform.workspace(WORKSPACE_ID)?.deliveryMode, "poll");
});

Deno.test("a heartbeat sends every field, counts as whole numbers", async () => {
  await using server = jsonServer({ status: "ok" });
  await heartbeat(clientAt(server.url), { uptimeSeconds: 41.9 });
  const [request] = server.received;
  assertEquals([request?.method, request?.target], ["POST", "/registry/heartbeat"]);
  assertEquals(JSON.parse(request?.body ?? ""), {
    workspace_id: WORKSPACE_ID,
    error_rate: 0,
    sample_error: "",
    active_tasks: 0,
    uptime_seconds: 41,
  });
});

Deno.test("a heartbeat may name the current task; the workspace never counts as busy", async () => {
  await using server = jsonServer({ status: "ok" });
  await heartbeat(clientAt(server.url), {
    uptimeSeconds: 0,
    currentTask: "Delegating to Writer",
  });
  const body = JSON.parse(server.received[0]?.body ?? "");
  assertEquals([body.active_tasks, body.current_task], [0, "Delegating to Writer"]);
});

Deno.test("odd answers to a heartbeat hand out nothing and are not failures", async () => {
  const bodies = [
    "",
    "<html>",
    "[]",
    "null",
    "42",
    '{"platform_inbound_secret":""}',
    '{"auth_token":7}',
  ];
  for (const body of bodies) {
    await using server = new TestServer(() => new Response(body));
    assertEquals(await heartbeat(clientAt(server.url), { uptimeSeconds: 1 }), {}, body);
  }
});

Deno.test("peers come with id, name, role and status, in the platform's order", async () => {
  await using platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  const below = { parentId: WORKSPACE_ID };
  await platform.createWorkspace({ id: PEER_ID, name: "Writer", role: "editor", ...below });
  assertEquals(await listPeers(clientAt(platform.url), signal), [
    { id: PEER_ID, name: "Writer", role: "editor", status: "awaiting_agent" },
  ]);
});

Deno.test("a peer row without name, role or status is kept, one without an id is dropped", async () => {
  await using server = jsonServer([{ id: "p-1", role: null }, { name: "nobody" }, null, "row"]);
  assertEquals(await listPeers(clientAt(server.url), signal), [{ id: "p-1" }]);
});

Deno.test("a peer's role is taken from its card when the row has none", async () => {
  await using server = jsonServer([{ id: "p-1", role: null, agent_card: { role: "lead" } }]);
  assertEquals(await listPeers(clientAt(server.url), signal), [{ id: "p-1", role: "lead" }]);
});

Deno.test("a peer list that is not a list is malformed", async () => {
  for (
    const [body, kind] of [["{}", "a JSON object"], ["null", "null"], [
      "",
      "no JSON, or far more of it than any real answer holds",
    ]] as const
  ) {
    await using server = new TestServer(() => new Response(body));
    const failure = await failureOf(listPeers(clientAt(server.url), signal));
    assertEquals(failure.kind, "malformed");
    assertStringIncludes(failure.message, `not a list of peers (it is ${kind})`);
  }
});

Deno.test("discover asks for the peer and names its source", async () => {
  await using server = answering("discover-ok");
  const peer = await discover(clientAt(server.url), PEER_ID);
  assertEquals(peer?.id, PEER_ID);
  assertEquals(typeof peer?.name, "string");
  assertEquals(server.received[0]?.target, `/registry/discover/${PEER_ID}`);
  assertEquals(server.received[0]?.headers.get("x-workspace-id"), WORKSPACE_ID);
});

for (const id of ["discover-403", "discover-404"]) {
  Deno.test(`discover: ${id} means that there is no such peer to see`, async () => {
    await using server = answering(id);
    assertEquals(await discover(clientAt(server.url), PEER_ID), undefined);
  });
}

Deno.test("discover: a removed peer comes with that status", async () => {
  const removed = { error: "workspace not available", status: "removed" };
  await using server = new TestServer(() => Response.json(removed, { status: 503 }));
  assertEquals(await discover(clientAt(server.url), PEER_ID), { id: PEER_ID, status: "removed" });
});

Deno.test("discover: a peer that is not available now comes with its status", async () => {
  await using server = answering("discover-503-not-available");
  assertEquals(await discover(clientAt(server.url), PEER_ID), { id: PEER_ID, status: "offline" });
});

for (const id of ["discover-503-unsafe", "discover-401", "discover-400"]) {
  Deno.test(`discover: ${id} is a failure, not an absent peer`, async () => {
    await using server = answering(id);
    const failure = await failureOf(discover(clientAt(server.url), PEER_ID));
    assertEquals(failure.status, fixture(id).response.status);
  });
}

Deno.test("discover: an empty 404 is a failure, not an absent peer", async () => {
  await using server = answering("tenant-guard-empty-404");
  assertEquals((await failureOf(discover(clientAt(server.url), PEER_ID))).kind, "not_routed");
});

Deno.test("updating the card reports the platform's status", async () => {
  await using platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  assertEquals(await updateCard(clientAt(platform.url), CARD, signal), "updated");
  assertEquals(platform.workspace(WORKSPACE_ID)?.agentCard, CARD);
});

Deno.test("updating the card where nothing answers in JSON is malformed", async () => {
  await using server = new TestServer(() => new Response(""));
  const failure = await failureOf(updateCard(clientAt(server.url), CARD, signal));
  assertEquals(failure.kind, "malformed");
});

Deno.test("the platform is asked whether it takes the token, and trouble is not an answer", async () => {
  let status = 200;
  await using server = new TestServer(() => Response.json([], { status }));
  const ask = () => isTokenTaken(clientAt(server.url), signal);
  assertEquals(await ask(), true);
  assertEquals(server.paths, [`/registry/${WORKSPACE_ID}/peers`]);
  status = 401;
  assertEquals(await ask(), false);
  status = 500;
  assertEquals((await failureOf(ask())).status, 500);
});
