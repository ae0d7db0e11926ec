import { assert, assertEquals, assertThrows } from "@std/assert";
import { PlatformClient } from "../../../src/platform/client.ts";
import { ToolInputError } from "../../../src/tools/support/define_tool.ts";
import { Sessions, type WorkspaceSession } from "../../../src/tools/support/workspace_router.ts";
import { workspaceAt } from "../../platform/support.ts";

const PEER = "0b9f2c44-7d3e-4a51-9c86-2f1e5d7a8b90";

function session(id: string): WorkspaceSession {
  const workspace = { ...workspaceAt("http://127.0.0.1:1"), id };
  return { workspace, client: new PlatformClient(workspace) };
}

function twoSessions(): [Sessions, WorkspaceSession, WorkspaceSession] {
  const [a, b] = [session("ws-a"), session("ws-b")];
  return [new Sessions([a, b]), a, b];
}

Deno.test("the argument decides, then what is known of the peer, then the primary", () => {
  const [sessions, a, b] = twoSessions();
  assert(sessions.primary === a);
  assertEquals(sessions.list(), [a, b]);
  assert(sessions.resolve() === a);
  assert(sessions.resolve("", PEER) === a);
  sessions.rememberPeer(PEER, b);
  assert(sessions.resolve(undefined, PEER) === b);
  assert(sessions.resolve(" ", ` ${PEER.toUpperCase()} `) === b);
  assert(sessions.resolve("WS-A", PEER) === a);
  assert(sessions.resolve(undefined, "another peer") === a);
});

Deno.test("of several that see a peer the last one counts", () => {
  const [sessions, a, b] = twoSessions();
  sessions.rememberPeer(PEER, b);
  sessions.rememberPeer(PEER.toUpperCase(), a);
  assert(sessions.resolve(undefined, PEER) === a);
});

Deno.test("an id that is not registered is an error that names those that are", () => {
  const [sessions] = twoSessions();
  assertThrows(
    () => sessions.resolve("ws-c", PEER),
    ToolInputError,
    'Error: "ws-c" is not a workspace of this agent; registered: ws-a, ws-b',
  );
});

Deno.test("a peer's name is the last one heard, else the start of its id", () => {
  const [sessions, a] = twoSessions();
  assertEquals(sessions.peerName(PEER), PEER.slice(0, 8));
  sessions.rememberPeer(PEER, a, "Bob");
  sessions.rememberPeer(PEER, a);
  assertEquals(sessions.peerName(PEER.toUpperCase()), "Bob");
  sessions.rememberPeer(PEER, a, "Robert");
  assertEquals(sessions.peerName(PEER), "Robert");
});

Deno.test("a thousand peers are remembered; the one not heard of for longest goes first", () => {
  const [sessions, , b] = twoSessions();
  sessions.rememberPeer(PEER, b);
  for (let i = 0; i < 1023; i++) sessions.rememberPeer(`peer ${i}`, b);
  sessions.rememberPeer(PEER, b);
  sessions.rememberPeer("one more", b);
  assert(sessions.resolve(undefined, PEER) === b);
  assert(sessions.resolve(undefined, "one more") === b);
  assert(sessions.resolve(undefined, "peer 0") === sessions.primary);
  assert(sessions.resolve(undefined, "peer 1") === b);
});
