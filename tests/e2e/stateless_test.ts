import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { field, type JsonObject } from "../../src/lib/json.ts";
import { META } from "../mcp/protocol/stateless_peer.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

/** A call as the stateless era has it. */
function call(name: string, args: JsonObject = {}): JsonObject {
  return { _meta: META, name, arguments: args };
}

processTest("without a handshake a client discovers, lists and calls", async () => {
  await using team = await testTeam();
  await using server = RawProcess.start(team.env);
  const peers = await server.request("tools/call", call("list_peers"));
  assertStringIncludes(textOf(peers), "Researcher");
  const { result: told } = await server.request("server/discover", { _meta: META });
  assertEquals(field(told, "supportedVersions"), ["2026-07-28"]);
  const lists = await Promise.all(
    Array.from({ length: 20 }, () => server.request("tools/list", { _meta: META })),
  );
  // The same bytes: an agent's prompt, which begins with them, is cached.
  assertEquals(new Set(lists.map(({ result }) => JSON.stringify(result))).size, 1);
  assertEquals(field(await server.request("ping", { _meta: META }), "error"), {
    code: -32601,
    message: "Method not found: ping is not served in this protocol version",
  });
});

processTest(
  "both eras are served side by side, each request by what it says of itself",
  async () => {
    await using team = await testTeam();
    await using server = RawProcess.start(team.env);
    const isStateless = async (params: JsonObject) =>
      field((await server.request("tools/list", params)).result, "resultType") === "complete";
    assertEquals([await isStateless({ _meta: META }), await isStateless({})], [true, false]);
    await server.initialize();
    assertEquals([await isStateless({ _meta: META }), await isStateless({})], [true, false]);
    assertEquals((await server.request("ping")).result, {});
    assertEquals(field((await server.request("ping", { _meta: META })).error, "code"), -32601);
  },
);

processTest(
  "Claude Code asks, is offered only the handshake, and is pushed to after it",
  async () => {
    await using team = await testTeam();
    await using server = RawProcess.start(team.env);
    const clientInfo = { name: "claude-code", version: "2.1.0" };
    const _meta = { ...META, "io.modelcontextprotocol/clientInfo": clientInfo };
    const { error } = await server.request("server/discover", { _meta });
    assertEquals(error, { code: -32601, message: "Method not found" });
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const { result } = await server.request("initialize", params);
    assertEquals(field(result, "protocolVersion"), "2025-11-25");
    await server.send({ method: "notifications/initialized" });
    await team.platform.sendAsUser(team.id, "good morning");
    const push = await server.received(({ method }) => method === "notifications/claude/channel");
    assertStringIncludes(String(field(push.params, "content")), "good morning");
  },
);

processTest(
  "a call that waits is cancelled, and nothing is pushed to who asked for nothing",
  async () => {
    await using team = await testTeam();
    await using server = RawProcess.start(team.env);
    const waiting = await server.ask("tools/call", call("wait_for_message", { timeout_secs: 40 }));
    await server.request("tools/call", call("list_peers"));
    await server.send({ method: "notifications/cancelled", params: { requestId: waiting } });
    await team.platform.sendAsUser(team.id, "good morning");
    const message = await server.request(
      "tools/call",
      call("wait_for_message", { timeout_secs: 30 }),
    );
    assertStringIncludes(textOf(message), "good morning");
    await server.closeInput();
    assertEquals((await server.ended()).code, 0);
    const lines = server.stdout.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ id }) => id), [2, 3]);
    assert(!lines.some((line) => "method" in line));
  },
);

processTest("a client that listens holds nothing up, not even the end", async () => {
  await using team = await testTeam();
  await using server = RawProcess.start(team.env);
  const params = { _meta: META, notifications: { toolsListChanged: true } };
  const { result } = await server.request("subscriptions/listen", params);
  assertEquals(field(result, "resultType"), "complete");
  await server.closeInput();
  assertEquals((await server.ended()).code, 0);
});
