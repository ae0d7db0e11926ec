import { assertEquals } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { createMemory, searchMemories } from "../../../src/platform/api/memories.ts";
import { fixture, fixtureResponse } from "../fixtures.ts";
import { clientAt, failureOf, jsonServer, TestServer, TOKEN, WORKSPACE_ID } from "../support.ts";

const signal = AbortSignal.timeout(60_000);

Deno.test("a memory is stored and found again", async () => {
  await using platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  const client = clientAt(platform.url);
  const stored = await createMemory(
    client,
    { content: "High tide at six", scope: "LOCAL" },
    signal,
  );
  assertEquals(stored.scope, "LOCAL");
  const found = await searchMemories(client, { query: "tide", scope: "LOCAL" }, signal);
  assertEquals(Array.isArray(found) && found.map((row) => [row.id, row.content]), [
    [stored.id, "High tide at six"],
  ]);
});

Deno.test("storing sends content, scope and workspace", async () => {
  await using server = jsonServer({ id: "m-1", scope: "TEAM" }, { status: 201 });
  const stored = await createMemory(clientAt(server.url), { content: "c", scope: "TEAM" }, signal);
  assertEquals(stored, { id: "m-1", scope: "TEAM" });
  assertEquals(JSON.parse(server.received[0]?.body ?? ""), {
    content: "c",
    scope: "TEAM",
    workspace_id: WORKSPACE_ID,
  });
});

Deno.test("storing where a web page answers is malformed, not a success", async () => {
  await using server = new TestServer(() => new Response("<html>"));
  const memory = { content: "c", scope: "LOCAL" } as const;
  assertEquals(
    (await failureOf(createMemory(clientAt(server.url), memory, signal))).kind,
    "malformed",
  );
});

Deno.test("GLOBAL from a workspace with a parent: forbidden, with the platform's words", async () => {
  await using server = new TestServer(() => fixtureResponse(fixture("memory-create-403-global")));
  const memory = { content: "c", scope: "GLOBAL" } as const;
  const failure = await failureOf(createMemory(clientAt(server.url), memory, signal));
  assertEquals(failure.kind, "forbidden");
});

Deno.test("a search without words or scope asks for everything of the workspace", async () => {
  await using server = jsonServer([]);
  await searchMemories(clientAt(server.url), { query: "", scope: "" }, signal);
  assertEquals(
    server.received[0]?.target,
    `/workspaces/${WORKSPACE_ID}/memories?workspace_id=${WORKSPACE_ID}`,
  );
});

Deno.test("a search's odd JSON is passed on for its caller to show, no JSON is malformed", async () => {
  await using odd = jsonServer({ memories: [] });
  assertEquals(await searchMemories(clientAt(odd.url), { query: "", scope: "" }, signal), {
    memories: [],
  });
  await using page = new TestServer(() => new Response("<html>"));
  const failure = await failureOf(
    searchMemories(clientAt(page.url), { query: "", scope: "" }, signal),
  );
  assertEquals(failure.kind, "malformed");
});
