import { assertEquals, assertStringIncludes } from "@std/assert";
import { field, type JsonObject } from "../../src/lib/json.ts";
import { testWorkspace } from "./test_workspace.ts";
import { RawProcess } from "./raw_process.ts";
import { processTest } from "./whole_process.ts";

/** Longer than a client that is ready is left alone. */
const MORE_THAN_A_MOMENT_MS = 1_500;

function initialize(server: RawProcess): Promise<JsonObject> {
  return server.request("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "claude-code", version: "2" },
  });
}

function initialized(server: RawProcess): Promise<void> {
  return server.send({ method: "notifications/initialized" });
}

async function contentOfPush(server: RawProcess): Promise<string> {
  const { params } = await server.received(({ method }) =>
    method === "notifications/claude/channel"
  );
  return String(field(params, "content"));
}

function pushes(server: RawProcess): number {
  return server.stdout.split('"notifications/claude/channel"').length - 1;
}

async function call(server: RawProcess, name: string, args: JsonObject): Promise<JsonObject> {
  const answer = await server.request("tools/call", { name, arguments: args });
  return field(answer.result, "structuredContent") as JsonObject;
}

processTest(
  "nothing is pushed before the client said initialized; then each message once",
  async () => {
    await using workspace = await testWorkspace();
    await workspace.platform.sendAsUser(workspace.id, "one");
    await using server = RawProcess.start(workspace.env);
    await initialize(server);
    const one = await call(server, "wait_for_message", { timeout_secs: 20 });
    await new Promise((resolve) => setTimeout(resolve, MORE_THAN_A_MOMENT_MS));
    await server.request("ping");
    assertEquals(pushes(server), 0);
    await initialized(server);
    assertStringIncludes(await contentOfPush(server), "one");
    await workspace.platform.sendAsUser(workspace.id, "two");
    assertStringIncludes(await contentOfPush(server), "two");

    // The client comes anew, over the same pipes: what it did not pop is pushed again.
    await call(server, "inbox_pop", { activity_id: one.activity_id });
    await initialize(server);
    await initialized(server);
    assertStringIncludes(await contentOfPush(server), "two");
    await server.request("ping");
    assertEquals(pushes(server), 3);
    server.kill();

    await using restarted = RawProcess.start(workspace.env);
    await initialize(restarted);
    await initialized(restarted);
    assertStringIncludes(await contentOfPush(restarted), "two");
    await restarted.request("ping");
    assertEquals(pushes(restarted), 1);
  },
);
