import { assertEquals } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { getWorkspace } from "../../../src/platform/api/workspaces.ts";
import { fixture, fixtureResponse } from "../fixtures.ts";
import { clientAt, failureOf, jsonServer, TestServer, TOKEN, WORKSPACE_ID } from "../support.ts";

const answering = (id: string) => new TestServer(() => fixtureResponse(fixture(id)));

Deno.test("the workspace's own record, asked for by its id", async () => {
  await using platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  const info = await getWorkspace(clientAt(platform.url));
  assertEquals(info.state, "present");
  assertEquals(info.state === "present" && info.record.name, "Scout");
  assertEquals(platform.requests[0]?.path, `/workspaces/${WORKSPACE_ID}`);
});

Deno.test("a removed workspace: 410 with id, date and hint", async () => {
  await using server = answering("workspace-410");
  assertEquals(await getWorkspace(clientAt(server.url)), {
    state: "removed",
    id: "0b9f4e63-1d72-4e58-93ac-f8c7d6e5b406",
    removedAt: "2026-05-02T08:30:00.123456Z",
    hint: "Regenerate workspace + token from the canvas → Tokens tab",
  });
});

Deno.test("410 with a body that says nothing gets id and hint of our own", async () => {
  await using server = new TestServer(() => new Response("gone", { status: 410 }));
  assertEquals(await getWorkspace(clientAt(server.url)), {
    state: "removed",
    id: WORKSPACE_ID,
    removedAt: null,
    hint: "Regenerate workspace + token from the canvas → Tokens tab",
  });
});

Deno.test("an older platform says removed with a 200", async () => {
  await using server = answering("workspace-removed-snapshot");
  assertEquals((await getWorkspace(clientAt(server.url))).state, "removed");
});

Deno.test("404 with a body: there is no such workspace", async () => {
  await using server = answering("workspace-404");
  assertEquals(await getWorkspace(clientAt(server.url)), { state: "absent" });
});

Deno.test("an empty 404, a 500 and odd bodies are failures, not absence", async () => {
  for (const id of ["tenant-guard-empty-404", "workspace-500"]) {
    await using server = answering(id);
    await failureOf(getWorkspace(clientAt(server.url)));
  }
  for (const body of [[], null, "text", 3]) {
    await using server = jsonServer(body);
    assertEquals((await failureOf(getWorkspace(clientAt(server.url)))).kind, "malformed");
  }
});
