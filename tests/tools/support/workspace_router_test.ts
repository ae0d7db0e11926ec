import { assert, assertEquals, assertThrows } from "@std/assert";
import { PlatformClient } from "../../../src/platform/client/client.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import {
  type WorkspaceConnection,
  WorkspaceRouter,
} from "../../../src/tools/support/workspace_router.ts";
import { workspaceAt } from "../../platform/support.ts";

const PEER = "0b9f2c44-7d3e-4a51-9c86-2f1e5d7a8b90";

function connection(id: string): WorkspaceConnection {
  const workspace = { ...workspaceAt("http://127.0.0.1:1"), id };
  return { workspace, client: new PlatformClient(workspace) };
}

function twoWorkspaces(): [WorkspaceRouter, WorkspaceConnection, WorkspaceConnection] {
  const [a, b] = [connection("ws-a"), connection("ws-b")];
  return [new WorkspaceRouter([a, b]), a, b];
}

Deno.test("the argument decides, then what is known of the peer, then the primary", () => {
  const [router, a, b] = twoWorkspaces();
  assert(router.primary === a);
  assertEquals(router.list(), [a, b]);
  assert(router.route() === a);
  assert(router.route("", PEER) === a);
  router.rememberPeer(PEER, b);
  assert(router.route(undefined, PEER) === b);
  assert(router.route(" ", ` ${PEER.toUpperCase()} `) === b);
  assert(router.route("WS-A", PEER) === a);
  assert(router.route(undefined, "another peer") === a);
});

Deno.test("of several that see a peer the last one counts", () => {
  const [router, a, b] = twoWorkspaces();
  router.rememberPeer(PEER, b);
  router.rememberPeer(PEER.toUpperCase(), a);
  assert(router.route(undefined, PEER) === a);
});

Deno.test("an id that is not registered is an error that names those that are", () => {
  const [router] = twoWorkspaces();
  assertThrows(
    () => router.route("ws-c", PEER),
    ToolInputError,
    'Error: "ws-c" is not a workspace of this agent; registered: ws-a, ws-b',
  );
});

Deno.test("a peer's name is the last one heard, else the start of its id", () => {
  const [router, a] = twoWorkspaces();
  assertEquals(router.peerName(PEER), PEER.slice(0, 8));
  router.rememberPeer(PEER, a, "Bob");
  router.rememberPeer(PEER, a);
  assertEquals(router.peerName(PEER.toUpperCase()), "Bob");
  router.rememberPeer(PEER, a, "Robert");
  assertEquals(router.peerName(PEER), "Robert");
});

Deno.test("a thousand peers are remembered; the one not heard of for longest goes first", () => {
  const [router, , b] = twoWorkspaces();
  router.rememberPeer(PEER, b);
  for (let i = 0; i < 1023; i++) router.rememberPeer(`peer ${i}`, b);
  router.rememberPeer(PEER, b);
  router.rememberPeer("one more", b);
  assert(router.route(undefined, PEER) === b);
  assert(router.route(undefined, "one more") === b);
  assert(router.route(undefined, "peer 0") === router.primary);
  assert(router.route(undefined, "peer 1") === b);
});

const agent = (id: string) => ({ type: "agent", id }) as const;

Deno.test("a request is found through the workspace that saw it, else through none", () => {
  const [router, a, b] = twoWorkspaces();
  assert(router.requestSource("r") === undefined);
  router.rememberRequest({ id: "r", requester: agent("x"), recipient: agent("ws-b") }, b);
  for (const side of [undefined, "requester", "recipient"] as const) {
    assert(router.requestSource("r", side) === b);
  }
  router.rememberRequest(
    { id: "r", requester: agent("x"), recipient: { type: "user", id: "" } },
    a,
  );
  assert(router.requestSource("r") === a);
});

Deno.test("of two own workspaces the one on the side that is needed is found", () => {
  const [router, a, b] = twoWorkspaces();
  router.rememberRequest({ id: "r", requester: agent("ws-a"), recipient: agent("ws-b") }, a);
  assert(router.requestSource("r") === a);
  assert(router.requestSource("r", "requester") === a);
  assert(router.requestSource("r", "recipient") === b);
});

Deno.test("a thousand requests are remembered", () => {
  const [router, a] = twoWorkspaces();
  for (let i = 0; i < 1025; i++) {
    router.rememberRequest({ id: `${i}`, requester: agent("x"), recipient: agent("y") }, a);
  }
  assert(router.requestSource("0") === undefined);
  assert(router.requestSource("1") === a);
});
