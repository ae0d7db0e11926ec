import { assertEquals, assertMatch } from "@std/assert";
import { listActivity } from "../../../src/platform/api/activity.ts";
import { delegate, listDelegations } from "../../../src/platform/api/delegations.ts";
import {
  createMemory,
  readableNamespaces,
  searchFiledMemories,
} from "../../../src/platform/api/memories.ts";
import { broadcast, notifyUser } from "../../../src/platform/api/messages.ts";
import { discover, listPeers, register, updateCard } from "../../../src/platform/api/registry.ts";
import { getWorkspace } from "../../../src/platform/api/workspaces.ts";
import { malformed } from "../../../src/platform/errors/malformed.ts";
import type { PlatformClient } from "../../../src/platform/client/client.ts";
import { clientAt, failureOf, jsonServer } from "../support.ts";

const PEER = "58d0c7e1-84fa-49b6-b2c3-7e6f1a0d9b05";
const never = new AbortController().signal;
const memory = { content: "x", scope: "LOCAL" } as const;

/** Every call of whose answer something is needed, and what was promised. */
const CALLS: [promised: RegExp, call: (client: PlatformClient) => Promise<unknown>][] = [
  [/activity rows/, (client) => listActivity(client, { limit: 1 }, never)],
  [/accepted delegation/, (client) => delegate(client, PEER, "x", never)],
  [/delegations/, (client) => listDelegations(client, never)],
  [/stored memory/, (client) => createMemory(client, memory, never)],
  [/memories/, (client) => searchFiledMemories(client, { query: "x", limit: 1 }, never)],
  [/namespaces/, (client) => readableNamespaces(client, never)],
  [/confirmation/, (client) => notifyUser(client, "x", [], never)],
  [/confirmation/, (client) => broadcast(client, "x", never)],
  [/registration/, (client) => register(client, { name: "x" }, never)],
  [/updated card/, (client) => updateCard(client, { name: "x" }, never)],
  [/peers/, (client) => listPeers(client, never)],
  [/peer/, (client) => discover(client, PEER)],
  [/workspace record/, (client) => getWorkspace(client, never)],
];

for (const [promised, call] of CALLS) {
  Deno.test(`a number in the place of ${promised.source}: the error says what was promised`, async () => {
    await using server = jsonServer(7);
    const { kind, message } = await failureOf(call(clientAt(server.url)));
    assertEquals(kind, "malformed");
    assertMatch(message, promised);
    assertMatch(
      message,
      / is not an? [a-z ]+ \(it is (?:a JSON number|no JSON).*\)\. Check that PLATFORM_URL /,
    );
  });
}

Deno.test("what came in its place is named, never shown", () => {
  const client = { workspace: clientAt("http://127.0.0.1:1").workspace };
  const named = (got: unknown) => /\(it is (.*?)\)/.exec(malformed(client, "x", got).message)?.[1];
  assertEquals([null, ["secret"], "secret", { secret: 1 }].map(named), [
    "null",
    "a list",
    "a JSON string",
    "a JSON object",
  ]);
  assertMatch(named(undefined) ?? "", /^no JSON/);
});
