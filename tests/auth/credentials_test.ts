import { assertEquals, assertNotMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { type Workspace, WorkspaceRegistry } from "../../src/auth/credentials.ts";
import { InboundSecretStore } from "../../src/auth/inbound_secret.ts";
import { storeOf } from "./support.ts";

Deno.test("a new registry is empty and has no primary workspace", () => {
  const { registry } = newRegistry();
  assertEquals(registry.list(), []);
  assertEquals(registry.get("ws-1"), undefined);
  assertThrows(() => registry.primary, Error, "none is registered");
});

Deno.test("workspaces are listed in the order of registration, the first is the primary one", () => {
  const { registry, lines } = newRegistry();
  for (const id of ["ws-b", "ws-a", "0e1fd38c-5b8a-4d8e-9d6f-3f7b5f7f2a10"]) {
    registry.register(workspaceOf(id, `token-of-${id}`));
  }
  assertEquals(idsOf(registry), ["ws-b", "ws-a", "0e1fd38c-5b8a-4d8e-9d6f-3f7b5f7f2a10"]);
  assertEquals(registry.primary.id, "ws-b");
  assertEquals(registry.get("ws-a")?.id, "ws-a");
  assertEquals(lines, []);
});

Deno.test("each workspace keeps its own token", async () => {
  const { registry } = newRegistry();
  registry.register(workspaceOf("ws-a", "token-a"));
  registry.register(workspaceOf("ws-b", "token-b"));
  assertEquals(await registry.get("ws-a")?.tokens.get(), "token-a");
  assertEquals(await registry.get("ws-b")?.tokens.get(), "token-b");
});

Deno.test("registering the same settings again changes nothing", () => {
  const { registry, lines } = newRegistry();
  const first = workspaceOf("ws-a", "token-a");
  registry.register(first);
  registry.register(first);
  registry.register(workspaceOf("ws-a", " token-a "));
  assertStrictEquals(registry.get("ws-a"), first);
  assertEquals(lines, []);
});

Deno.test("the same id with another token takes the place and is reported without the token", async () => {
  const { registry, lines } = newRegistry();
  for (const id of ["ws-a", "ws-b"]) registry.register(workspaceOf(id, `secret-${id}`));
  registry.register(workspaceOf("ws-a", "secret-rotated"));
  assertEquals(idsOf(registry), ["ws-a", "ws-b"]);
  assertEquals(await registry.get("ws-a")?.tokens.get(), "secret-rotated");
  assertEquals(lines, ["The token of workspace ws-a was rotated."]);
  assertNotMatch(lines.join(), /secret/);
});

Deno.test("the same id with another platform takes the place, and no rotation is reported", () => {
  const { registry, lines } = newRegistry();
  registry.register(workspaceOf("ws-a", "token-a"));
  const moved = { ...workspaceOf("ws-a", "token-a"), origin: "https://b.example" };
  registry.register(moved);
  assertStrictEquals(registry.get("ws-a"), moved);
  assertEquals(lines, []);
});

Deno.test("an id outside the grammar is refused", () => {
  const { registry } = newRegistry();
  const wrong = ["", "WS", "ws_a", "ws.a", "a/b", "a\\b", "..", "a#b", "a?b", "a&b", "a\nb", "a\n"];
  for (const id of [...wrong, "-a", "ä", "a".repeat(129)]) {
    assertThrows(
      () => registry.register(workspaceOf(id, "token")),
      TypeError,
      "Cannot register the workspace: expected an id of",
    );
  }
  for (const id of ["a", "0", "ws-a", "a".repeat(128)]) {
    registry.register(workspaceOf(id, "token"));
  }
  assertEquals(registry.list().length, 4);
});

Deno.test("all secrets of all workspaces are known, for whoever takes them out of texts", async () => {
  const { registry } = newRegistry();
  assertEquals(await registry.secrets(), []);
  for (const id of ["ws-a", "ws-b"]) registry.register(workspaceOf(id, `token-of-${id}`));
  assertEquals(new Set(await registry.secrets()), new Set(["token-of-ws-a", "token-of-ws-b"]));
});

Deno.test("a listing is the caller's own", () => {
  const { registry } = newRegistry();
  registry.register(workspaceOf("ws-a", "token"));
  const list = registry.list();
  registry.register(workspaceOf("ws-b", "token"));
  assertEquals(list.length, 1);
});

function newRegistry(): { registry: WorkspaceRegistry; lines: string[] } {
  const lines: string[] = [];
  return { registry: new WorkspaceRegistry({ report: (line) => lines.push(line) }), lines };
}

function workspaceOf(id: string, inlineToken: string): Workspace {
  return {
    id,
    baseUrl: "https://a.example/api",
    origin: "https://a.example",
    tokens: storeOf({ inlineToken }).store,
    inboundSecret: new InboundSecretStore({ filePath: "/nowhere", report: () => {} }),
  };
}

function idsOf(registry: WorkspaceRegistry): string[] {
  return registry.list().map(({ id }) => id);
}
