import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import { RpcError } from "../../../src/mcp/json_rpc.ts";
import type { ToolCall } from "../../../src/mcp/calls/tool_provider.ts";
import { VERSION } from "../../../src/version.ts";
import { codeOf, resultOf } from "../connection.ts";
import {
  CAPABILITIES_KEY,
  CLIENT_KEY,
  errorText,
  META,
  StatelessPeer,
  VERSION_KEY,
} from "./stateless_peer.ts";

const SERVER_META = {
  "io.modelcontextprotocol/serverInfo": {
    name: "molecule",
    title: "Molecule workspace",
    version: VERSION,
  },
};

Deno.test("server/discover tells versions, capabilities, identity and instructions", async () => {
  const peer = new StatelessPeer();
  assertEquals(await peer.ask("d", "server/discover"), {
    jsonrpc: "2.0",
    id: "d",
    result: {
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: { listChanged: false } },
      instructions: "Be kind.",
      ttlMs: 300_000,
      cacheScope: "private",
      _meta: SERVER_META,
    },
  });
});

Deno.test("tools/list is complete, may be cached by anybody, and keeps its order", async () => {
  const peer = new StatelessPeer();
  const first = await peer.ask(1, "tools/list");
  const inputSchema = { type: "object" };
  assertEquals(first.result, {
    resultType: "complete",
    tools: [{ name: "echo", inputSchema }, { name: "a", inputSchema }],
    ttlMs: 300_000,
    cacheScope: "public",
    _meta: SERVER_META,
  });
  assertEquals((await peer.ask(2, "tools/list", { cursor: null })).result, first.result);
});

Deno.test("a cursor was never given out, so that each is invalid", async () => {
  const peer = new StatelessPeer();
  for (const [id, cursor] of ["", "page-2", 7, {}].entries()) {
    assertEquals(codeOf(await peer.ask(id, "tools/list", { cursor })), -32602);
  }
});

Deno.test("tools/call hands on what it was given, and its result is complete", async () => {
  const calls: ToolCall[] = [];
  const peer = new StatelessPeer({
    callTool: (call) => {
      calls.push(call);
      return Promise.resolve({ content: [], isError: true, _meta: { own: 1 } });
    },
  });
  const { result } = await peer.ask(1, "tools/call", { name: "echo", arguments: { a: 1 } });
  assertEquals(result, {
    resultType: "complete",
    content: [],
    isError: true,
    _meta: { own: 1, ...SERVER_META },
  });
  assertEquals(calls.map(({ name, arguments: args }) => [name, args]), [["echo", { a: 1 }]]);
  assertEquals(calls[0]?.progress, undefined);
});

Deno.test("missing and null arguments are an empty object", async () => {
  const peer = new StatelessPeer();
  for (const [id, params] of [{ name: "x" }, { name: "x", arguments: null }].entries()) {
    assertEquals(resultOf(await peer.ask(id, "tools/call", params)).echoed, {});
  }
});

Deno.test("a call without a name, or with arguments that are not an object, is invalid params", async () => {
  const peer = new StatelessPeer();
  const odd = [{}, { name: 7 }, { name: "x", arguments: [1] }, { name: "x", arguments: "y" }];
  for (const [id, params] of odd.entries()) {
    assertEquals(codeOf(await peer.ask(id, "tools/call", params)), -32602);
  }
});

Deno.test("what is gone from the protocol, or was never there, is method not found", async () => {
  const peer = new StatelessPeer();
  const methods = [
    "ping",
    "logging/setLevel",
    "resources/list",
    "resources/subscribe",
    "prompts/list",
    "tasks/get",
    "completion/complete",
    "",
    "constructor",
  ];
  for (const [id, method] of methods.entries()) {
    const answer = await peer.ask(id, method);
    assertEquals(codeOf(answer), -32601, method);
    assertEquals(
      errorText(answer),
      `Method not found: ${method} is not served in this protocol version`,
    );
  }
  assert(errorText(await peer.ask("long", "x".repeat(100_000))).length < 200);
});

Deno.test("an unknown tool is reported in the tools' words", async () => {
  const peer = new StatelessPeer({
    callTool: () => Promise.reject(new RpcError(-32602, "Unknown tool: x")),
  });
  const answer = await peer.ask(1, "tools/call", { name: "x" });
  assertEquals(answer.error, { code: -32602, message: "Unknown tool: x" });
  assertEquals(peer.errors, []);
});

Deno.test("a fault of the program is reported only to its log", async () => {
  const peer = new StatelessPeer({
    listTools: () => {
      throw new Error("token abc");
    },
    callTool: () => Promise.reject(new Error("token def")),
  });
  for (const [id, method] of ["tools/list", "tools/call"].entries()) {
    const answer = await peer.ask(id, method, { name: "x" });
    assertEquals(codeOf(answer), -32603);
    assert(!JSON.stringify(answer).includes("token"));
  }
  assertEquals(peer.errors.map(({ message }) => message), ["token abc", "token def"]);
});

Deno.test("a client that listens is told that nothing will come, and its subscription ends", async () => {
  const peer = new StatelessPeer();
  const notifications = { toolsListChanged: true, resourceSubscriptions: ["file:///x"] };
  await peer.ask("listen:0", "subscriptions/listen", { notifications });
  const _meta = { "io.modelcontextprotocol/subscriptionId": "listen:0" };
  assertEquals(peer.messages, [
    {
      jsonrpc: "2.0",
      method: "notifications/subscriptions/acknowledged",
      params: { _meta, notifications: {} },
    },
    {
      jsonrpc: "2.0",
      id: "listen:0",
      result: { resultType: "complete", _meta: { ..._meta, ...SERVER_META } },
    },
  ]);
});

Deno.test("a subscription to nobody knows what is invalid params", async () => {
  const peer = new StatelessPeer();
  const odd = [
    ...[undefined, null, [], "all", { resourceSubscriptions: [7] }],
    ...["toolsListChanged", "promptsListChanged", "resourcesListChanged"]
      .map((kind) => ({ [kind]: 1 })),
  ];
  for (const [id, notifications] of odd.entries()) {
    const answer = await peer.ask(id, "subscriptions/listen", { notifications });
    assertEquals(codeOf(answer), -32602);
    assertMatch(errorText(answer), /notifications/);
  }
});

Deno.test("a client that is gone is reported once each, and nothing throws", async () => {
  const peer = new StatelessPeer({}, () => Promise.reject(new Error("gone")));
  peer.send(1, "tools/list", { _meta: META });
  peer.send(2, "tools/list");
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(peer.errors.map(({ message }) => message), ["gone", "gone"]);
});

Deno.test("whatever a request holds, it has one answer with its own id, and nothing else is sent", async () => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const meta = fc.record({
    [VERSION_KEY]: fc.oneof(fc.constantFrom("2026-07-28", "2025-11-25"), fc.jsonValue()),
    [CAPABILITIES_KEY]: maybe(fc.oneof(fc.constant({}), fc.jsonValue())),
    [CLIENT_KEY]: maybe(fc.oneof(fc.constant({ name: "x", version: "1" }), fc.jsonValue())),
    progressToken: maybe(fc.jsonValue()),
  });
  const params = fc.record({
    _meta: fc.oneof({ weight: 4, arbitrary: meta }, { weight: 1, arbitrary: fc.jsonValue() }),
    name: maybe(fc.oneof(fc.string(), fc.jsonValue())),
    arguments: maybe(fc.jsonValue()),
    notifications: maybe(fc.jsonValue()),
    cursor: maybe(fc.jsonValue()),
  });
  const method = fc.oneof(
    fc.constantFrom("server/discover", "tools/list", "tools/call", "subscriptions/listen", "ping"),
    fc.string(),
  );
  const id = fc.oneof(fc.string(), fc.integer());
  await fc.assert(
    fc.asyncProperty(id, method, params, async (id, method, params) => {
      const peer = new StatelessPeer();
      peer.send(id, method, JSON.parse(JSON.stringify(params)));
      const answer = await peer.answer(id);
      const others = peer.messages.filter((message) => message !== answer);
      assertEquals(others.every((message) => "method" in message && !("id" in message)), true);
      assertEquals(others.length, others.length === 0 ? 0 : 1);
      if ("error" in answer) {
        assert([-32601, -32602, -32022].includes(Number(codeOf(answer))));
      } else assertEquals(resultOf(answer).resultType, "complete");
      assertEquals(peer.errors, []);
    }),
    { numRuns: 2_000 },
  );
});
