import { assertEquals } from "@std/assert";
import { readableNamespaces, searchFiledMemories } from "../../../src/platform/api/memories.ts";
import { clientAt, failureOf, jsonServer, WORKSPACE_ID } from "../support.ts";

const signal = AbortSignal.timeout(60_000);

Deno.test("a search of filed memories sends words, place and number, and reads what has a content", async () => {
  await using server = jsonServer({
    memories: [
      { id: "1", content: "The tide turns", namespace: "workspace:x", score: 1 },
      { content: "It turns back" },
      { id: "2" },
      { id: "3", content: 7 },
      null,
    ],
  });
  const search = { query: "tide", namespace: "workspace:x", limit: 5 };
  assertEquals(await searchFiledMemories(clientAt(server.url), search, signal), [
    { id: "1", content: "The tide turns", namespace: "workspace:x" },
    { id: "", content: "It turns back", namespace: "" },
  ]);
  const url = new URL(server.received[0]?.target ?? "", "http://x");
  assertEquals(url.pathname, `/workspaces/${WORKSPACE_ID}/v2/memories`);
  assertEquals(Object.fromEntries(url.searchParams), {
    q: "tide",
    namespace: "workspace:x",
    limit: "5",
  });
});

Deno.test("the scope of each namespace is that of its kind, where it has one", async () => {
  await using server = jsonServer({
    readable: [
      { name: "workspace:x", kind: "workspace" },
      { name: "team:x", kind: "team" },
      { name: "org:x", kind: "org" },
      { name: "custom", kind: "custom" },
      { name: "none" },
      { kind: "org" },
      "odd",
    ],
  });
  assertEquals([...await readableNamespaces(clientAt(server.url), signal)], [
    ["workspace:x", "LOCAL"],
    ["team:x", "TEAM"],
    ["org:x", "GLOBAL"],
    ["custom", undefined],
    ["none", undefined],
  ]);
});

Deno.test("what is not a list is malformed", async () => {
  await using server = jsonServer({ memories: {}, readable: "all" });
  const client = clientAt(server.url);
  const search = searchFiledMemories(client, { query: "", limit: 5 }, signal);
  assertEquals((await failureOf(search)).kind, "malformed");
  assertEquals((await failureOf(readableNamespaces(client, signal))).kind, "malformed");
});
