import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
// @ts-types="@modelcontextprotocol/sdk/inMemory"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
// @ts-types="@modelcontextprotocol/sdk/server/index"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import * as fc from "fast-check";
import { RpcError } from "../../src/mcp/json_rpc.ts";
import type { StatelessCall } from "../../src/mcp/stateless_era.ts";
import { VERSION } from "../../src/version.ts";
import { codeOf, resultOf } from "./connection.ts";
import { META, metaWith, StatelessPeer } from "./stateless_peer.ts";
import type { Message } from "./wire.ts";

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const CLIENT_KEY = "io.modelcontextprotocol/clientInfo";
const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
const SERVER_META = {
  "io.modelcontextprotocol/serverInfo": {
    name: "molecule",
    title: "Molecule workspace",
    version: VERSION,
  },
};

function errorText(answer: Message): string {
  return String(Reflect.get(Object(answer.error), "message"));
}

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
  assertEquals(first.result, {
    resultType: "complete",
    tools: [{ name: "echo", inputSchema: { type: "object" } }, { name: "a" }],
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
  const calls: StatelessCall[] = [];
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

Deno.test("a call without a name, or with arguments that are no object, is invalid params", async () => {
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
    assertEquals(codeOf(await peer.ask(id, method)), -32601, method);
  }
  assert(errorText(await peer.ask("long", "x".repeat(100_000))).length < 200);
});

Deno.test("an unknown tool is told as the tools tell it", async () => {
  const peer = new StatelessPeer({
    callTool: () => Promise.reject(new RpcError(-32602, "Unknown tool: x")),
  });
  const answer = await peer.ask(1, "tools/call", { name: "x" });
  assertEquals(answer.error, { code: -32602, message: "Unknown tool: x" });
  assertEquals(peer.errors, []);
});

Deno.test("a fault of the program is told to nobody but its log", async () => {
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

for (
  const method of ["server/discover", "tools/list", "tools/call", "ping", "subscriptions/listen"]
) {
  Deno.test(`${method} without what each request must carry is invalid params`, async () => {
    const peer = new StatelessPeer();
    const odd: [key: string, value: unknown][] = [
      [VERSION_KEY, undefined],
      [VERSION_KEY, 20260728],
      [VERSION_KEY, null],
      [CAPABILITIES_KEY, undefined],
      [CAPABILITIES_KEY, null],
      [CAPABILITIES_KEY, []],
      [CAPABILITIES_KEY, { sampling: true }],
      [CLIENT_KEY, null],
      [CLIENT_KEY, "test"],
      [CLIENT_KEY, { name: "test" }],
      [CLIENT_KEY, { name: 1, version: "1" }],
      ["io.modelcontextprotocol/logLevel", "loud"],
      ["progressToken", 1.5],
      ["progressToken", {}],
    ];
    for (const [id, [key, value]] of odd.entries()) {
      peer.send(id, method, { _meta: metaWith(key, value), name: "echo", notifications: {} });
      const answer = await peer.answer(id);
      assertEquals(codeOf(answer), -32602, `${key} ${JSON.stringify(value)}`);
      assertStringIncludes(errorText(answer), key);
    }
  });
}

Deno.test("server/discover with no _meta at all is invalid params", async () => {
  const peer = new StatelessPeer();
  for (const [id, params] of [undefined, {}, { _meta: null }, { _meta: 7 }].entries()) {
    peer.send(id, "server/discover", params);
    assertEquals(codeOf(await peer.answer(id)), -32602);
  }
});

Deno.test("a client may keep its name to itself", async () => {
  const peer = new StatelessPeer();
  const answer = await peer.ask(1, "server/discover", { _meta: metaWith(CLIENT_KEY, undefined) });
  assertEquals(resultOf(answer).supportedVersions, ["2026-07-28"]);
});

Deno.test("a version that is not served is told beside those that are", async () => {
  const peer = new StatelessPeer();
  for (const [id, requested] of ["2025-11-25", "2027-01-01", "v999.0.0", ""].entries()) {
    // Whatever else the other version asks for may be missing here.
    const answer = await peer.ask(id, "tools/list", { _meta: { [VERSION_KEY]: requested } });
    assertEquals(answer.error, {
      code: -32022,
      message: "Unsupported protocol version",
      data: { supported: ["2026-07-28"], requested },
    });
  }
});

Deno.test("a request is of this era by itself alone, never by the one before", async () => {
  const peer = new StatelessPeer();
  const takes = (method: string, params?: Message) =>
    peer.era.takes({ jsonrpc: "2.0", id: 1, method, ...(params && { params }) });
  await peer.ask(0, "server/discover");
  const plain = [
    undefined,
    {},
    { _meta: {} },
    { _meta: null },
    { _meta: { progressToken: 1 } },
    { _meta: { "io.modelcontextprotocol/related-task": { taskId: "1" } } },
  ];
  for (const params of plain) {
    assertEquals(takes("tools/list", params), false, JSON.stringify(params));
  }
  assertEquals(takes("tools/list", { _meta: META }), true);
  assertEquals(takes("ping", { _meta: META }), true);
  assertEquals(takes("tools/list", { _meta: metaWith(VERSION_KEY, 7) }), true);
  // Malformed, as it lacks the version; no request of the other era carries the rest.
  assertEquals(takes("tools/list", { _meta: metaWith(VERSION_KEY, undefined) }), true);
  assertEquals(takes("server/discover"), true);
  assertEquals(takes("initialize", { _meta: META }), false);
});

/** What a server of the SDK's first line, which has only the handshake, answers. */
async function handshakeOnlyAnswer(method: string, params: Message): Promise<unknown> {
  const [client, other] = InMemoryTransport.createLinkedPair();
  const server = new Server({ name: "x", version: "1" }, { capabilities: { tools: {} } });
  await server.connect(other);
  const answered = new Promise((resolve) => client.onmessage = resolve);
  await client.start();
  await client.send({ jsonrpc: "2.0", id: "d", method, params });
  const answer = await answered;
  await server.close();
  return answer;
}

Deno.test("Claude Code is told what a server with only the handshake tells it", async () => {
  const peer = new StatelessPeer();
  const claude = { name: "claude-code", version: "2.1.0" };
  for (const version of ["2026-07-28", "2027-01-01", undefined]) {
    peer.messages.length = 0;
    const _meta = { ...metaWith(VERSION_KEY, version), [CLIENT_KEY]: claude };
    const answer = await peer.ask("d", "server/discover", { _meta });
    assertEquals(answer, await handshakeOnlyAnswer("server/discover", { _meta }));
    assertEquals(codeOf(answer), -32601);
  }
  // Only there: what it asks for without having asked before is served.
  const list = await peer.ask(1, "tools/list", { _meta: metaWith(CLIENT_KEY, claude) });
  assertEquals(resultOf(list).resultType, "complete");
  for (const [id, name] of ["claude-ai", "Claude-Code", "claude-code-2"].entries()) {
    const _meta = metaWith(CLIENT_KEY, { name, version: "1" });
    assert(resultOf(await peer.ask(`other ${id}`, "server/discover", { _meta })).instructions);
  }
});

Deno.test("progress comes only when it was asked for, grows, and ends with the call", async () => {
  const reports: (((message: string) => void) | undefined)[] = [];
  const peer = new StatelessPeer({
    callTool: ({ progress }) => {
      reports.push(progress);
      progress?.("one");
      progress?.("two");
      return Promise.resolve({ content: [] });
    },
  });
  for (const progressToken of ["t", 0]) {
    peer.messages.length = 0;
    await peer.ask(1, "tools/call", { name: "x", _meta: { ...META, progressToken } });
    reports.at(-1)?.("too late");
    await Promise.resolve();
    assertEquals(
      peer.messages.slice(0, -1),
      [1, 2].map((progress) => ({
        jsonrpc: "2.0",
        method: "notifications/progress",
        params: { progressToken, progress, message: progress === 1 ? "one" : "two" },
      })),
    );
    assertEquals(peer.messages.at(-1)?.id, 1);
  }
  await peer.ask(2, "tools/call", { name: "x" });
  assertEquals(reports.at(-1), undefined);
});

/** Calls that end when the test says so, or when they are cancelled. */
function heldCalls() {
  const calls: { call: StatelessCall; finish: () => void }[] = [];
  const callTool = (call: StatelessCall) => {
    const { promise, resolve } = Promise.withResolvers<Message>();
    calls.push({ call, finish: () => resolve({ content: [] }) });
    return promise;
  };
  return { calls, callTool };
}

Deno.test("a cancelled call is stopped, and nothing more is said of it", async () => {
  const { calls, callTool } = heldCalls();
  const peer = new StatelessPeer({ callTool });
  peer.send(1, "tools/call", { name: "x", _meta: { ...META, progressToken: 1 } });
  assertEquals(peer.era.cancel("1"), false, "another id");
  assertEquals(peer.era.cancel(1, "not needed"), true);
  assertEquals(calls[0]?.call.signal.reason, "not needed");
  assertEquals(peer.era.cancel(1), false);
  calls[0]?.call.progress?.("still here");
  calls[0]?.finish();
  await peer.ask(2, "tools/list");
  assertEquals(peer.messages.map(({ id }) => id), [2]);
  assertEquals(peer.era.cancel(2), false, "it has its answer");
});

Deno.test("a call that fails because it was cancelled is no fault of the program", async () => {
  const peer = new StatelessPeer({
    callTool: ({ signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(new Error("aborted")))
      ),
  });
  peer.send(1, "tools/call", { name: "x", _meta: META });
  peer.era.cancel(1);
  await peer.ask(2, "tools/list");
  assertEquals([peer.errors, peer.messages.length], [[], 1]);
});

Deno.test("an id that is open is refused a second time, and free again after that", async () => {
  const { calls, callTool } = heldCalls();
  const peer = new StatelessPeer({ callTool });
  peer.send(1, "tools/call", { name: "x", _meta: META });
  assertEquals(codeOf(await peer.ask(1, "tools/list")), -32600);
  peer.messages.length = 0;
  peer.send("1", "tools/call", { name: "x", _meta: META }); // Another id.
  calls[0]?.finish();
  assertEquals(resultOf(await peer.answer(1)).content, []);
  peer.messages.length = 0;
  assert(resultOf(await peer.ask(1, "tools/list")).tools);
});

Deno.test("what a cancelled call still says is not taken for that of a later one", async () => {
  const { calls, callTool } = heldCalls();
  const peer = new StatelessPeer({ callTool });
  const params = { name: "x", _meta: { ...META, progressToken: 1 } };
  peer.send(1, "tools/call", params);
  peer.era.cancel(1);
  peer.send(1, "tools/call", params);
  calls[0]?.call.progress?.("of the first");
  calls[0]?.finish();
  await peer.ask(2, "tools/list");
  calls[1]?.call.progress?.("of the second");
  calls[1]?.finish();
  await peer.answer(1);
  assertEquals(peer.messages.map(({ id, params }) => id ?? Object(params).message), [
    2,
    "of the second",
    1,
  ]);
});

Deno.test("close stops all that is under way", async () => {
  const { calls, callTool } = heldCalls();
  const peer = new StatelessPeer({ callTool });
  for (const id of [1, 2]) peer.send(id, "tools/call", { name: "x", _meta: META });
  peer.era.close();
  assertEquals(calls.map(({ call }) => call.signal.aborted), [true, true]);
  for (const { finish } of calls) finish();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(peer.messages, []);
});

Deno.test("calls run at the same time", async () => {
  const { calls, callTool } = heldCalls();
  const peer = new StatelessPeer({ callTool });
  for (const id of [1, 2]) peer.send(id, "tools/call", { name: "x", _meta: META });
  calls[1]?.finish();
  await peer.answer(2);
  calls[0]?.finish();
  await peer.answer(1);
  assertEquals(peer.messages.map(({ id }) => id), [2, 1]);
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
  const odd = [undefined, null, [], "all", { toolsListChanged: 1 }, { resourceSubscriptions: [7] }];
  for (const [id, notifications] of odd.entries()) {
    const answer = await peer.ask(id, "subscriptions/listen", { notifications });
    assertEquals(codeOf(answer), -32602);
    assertMatch(errorText(answer), /notifications/);
  }
});

Deno.test("a client that is gone is told of once each, and nothing throws", async () => {
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
