import { assert, assertEquals, assertMatch } from "@std/assert";
import { RpcError } from "../../src/mcp/json_rpc.ts";
import { VERSION } from "../../src/version.ts";
import type { Transport } from "../../src/mcp/sdk.ts";
import { McpServer } from "../../src/mcp/server.ts";
import { call, codeOf, Connection, ECHO, resultOf } from "./connection.ts";

Deno.test("initialize answers with name, version, capabilities and instructions", async () => {
  await using connection = await Connection.open();
  const answer = await connection.ask(0, "initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "client", version: "1" },
  });
  assertEquals(answer.result, {
    protocolVersion: "2025-06-18",
    capabilities: { tools: { listChanged: false }, experimental: { "claude/channel": {} } },
    serverInfo: { name: "molecule", title: "Molecule workspace", version: VERSION },
    instructions: "Be kind.",
  });
});

for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
  Deno.test(`a client of protocol ${version} is answered with its own version`, async () => {
    await using connection = await Connection.open();
    const answer = await connection.ask(0, "initialize", { protocolVersion: version });
    assertEquals(resultOf(answer).protocolVersion, version);
  });
}

Deno.test("a protocol version that is unknown or missing is answered with the newest", async () => {
  for (const params of [{ protocolVersion: "1999-01-01" }, { protocolVersion: 7 }, {}, undefined]) {
    await using connection = await Connection.open();
    const answer = await connection.ask(0, "initialize", params);
    assertEquals(resultOf(answer).protocolVersion, "2025-11-25");
  }
});

Deno.test("the client's name and version are passed on, empty where it gave none", async () => {
  const told = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const clients: unknown[] = [];
  const onClient = (client: unknown) => told[clients.push(client) - 1]?.resolve();
  await using connection = await Connection.open({ onClient });
  await connection.ask(0, "initialize", { clientInfo: { name: "claude-code", version: "2" } });
  connection.notify("notifications/initialized");
  await told[0]?.promise;
  await connection.ask(1, "initialize", { clientInfo: "odd" });
  connection.notify("notifications/initialized");
  await told[1]?.promise;
  assertEquals(clients, [{ name: "claude-code", version: "2" }, { name: "", version: "" }]);
});

Deno.test("a client that does not wait for the answer to initialize is told nothing before it", async () => {
  const written = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const order: string[] = [];
  const server = new McpServer({
    instructions: "",
    tools: { listTools: () => [], callTool: () => Promise.resolve({ content: [] }) },
    onClient: () => {
      order.push("told");
      told.resolve();
    },
    settleMs: 0,
  });
  const transport: Transport = {
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send: async () => {
      await written.promise; // The client does not read yet.
      order.push("answer");
    },
  };
  await server.connect(transport);
  transport.onmessage?.({ jsonrpc: "2.0", id: 1, method: "initialize" });
  transport.onmessage?.({ jsonrpc: "2.0", method: "notifications/initialized" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(order, []);
  written.resolve();
  await told.promise;
  assertEquals(order, ["answer", "told"]);
  transport.onclose?.();
});

Deno.test("ping is answered", async () => {
  await using connection = await Connection.open();
  assertEquals(await connection.ask("p", "ping"), { jsonrpc: "2.0", id: "p", result: {} });
});

Deno.test("requests before initialize are answered", async () => {
  await using connection = await Connection.open();
  assertEquals(resultOf(await connection.ask(1, "tools/list")), { tools: [ECHO] });
  assertEquals(resultOf(await connection.ask(2, "tools/call", call({ arguments: { a: 1 } }))), {
    content: [],
    echoed: { a: 1 },
  });
});

Deno.test("an unknown method is method not found", async () => {
  await using connection = await Connection.open();
  for (const method of ["resources/list", "prompts/list", "logging/setLevel", "", "constructor"]) {
    assertEquals(codeOf(await connection.ask(1, method)), -32601, method);
    connection.wire.writes.length = 0;
  }
});

Deno.test("an unknown notification is not answered", async () => {
  await using connection = await Connection.open();
  connection.notify("notifications/initialized");
  connection.notify("notifications/nobody_knows", { a: 1 });
  await connection.ask(1, "ping");
  assertEquals(connection.wire.messages.length, 1);
});

Deno.test("answers that nobody asked for, and odd notifications, do no harm", async () => {
  await using connection = await Connection.open();
  connection.wire.send({ jsonrpc: "2.0", id: 99, result: {} });
  connection.wire.send({ jsonrpc: "2.0", id: 98, error: { code: 1, message: "no" } });
  connection.notify("notifications/cancelled", { requestId: 97 });
  connection.notify("notifications/cancelled", { requestId: {} });
  connection.notify("notifications/progress", { progressToken: 1, progress: "x" });
  assertEquals(resultOf(await connection.ask(1, "ping")), {});
});

Deno.test("a request with odd members or an odd _meta is answered anyway", async () => {
  await using connection = await Connection.open();
  const odd = [null, 7, [], { progressToken: {} }, { progressToken: null }, {
    "io.modelcontextprotocol/related-task": 7,
  }];
  for (const [id, _meta] of odd.entries()) {
    const answer = await connection.ask(id, "tools/call", call({ _meta, arguments: { a: 1 } }));
    assertEquals(resultOf(answer).echoed, { a: 1 }, JSON.stringify(_meta));
    assert(resultOf(await connection.ask(`ping ${id}`, "ping", { _meta })));
  }
  connection.wire.send({ jsonrpc: "2.0", id: "x", method: "ping", extra: 1 });
  assertEquals(resultOf(await connection.answer("x")), {});
});

Deno.test("a call without a name, or with arguments that are not an object, is invalid params", async () => {
  await using connection = await Connection.open();
  const odd = [undefined, {}, { name: 7 }, call({ arguments: [1] }), call({ arguments: "x" })];
  for (const [id, params] of odd.entries()) {
    assertEquals(codeOf(await connection.ask(id, "tools/call", params)), -32602);
  }
});

Deno.test("missing and null arguments are an empty object", async () => {
  await using connection = await Connection.open();
  for (const [id, params] of [call(), call({ arguments: null })].entries()) {
    assertEquals(resultOf(await connection.ask(id, "tools/call", params)).echoed, {});
  }
});

Deno.test("an RpcError is answered with its code, any other fault as an internal error", async () => {
  await using connection = await Connection.open({
    callTool: ({ arguments: args }) =>
      Promise.reject(
        Reflect.get(Object(args), "rpc") ? new RpcError(-32602, "Unknown tool") : new Error("boom"),
      ),
  });
  const rpc = await connection.ask(1, "tools/call", call({ arguments: { rpc: true } }));
  assertEquals(rpc.error, { code: -32602, message: "Unknown tool" });
  assertEquals(codeOf(await connection.ask(2, "tools/call", call())), -32603);
  assertEquals(resultOf(await connection.ask(3, "ping")), {});
});

Deno.test("a name that is long or odd is passed to the tools as it is", async () => {
  const names: string[] = [];
  await using connection = await Connection.open({
    callTool: ({ name }) => {
      names.push(name);
      return Promise.reject(new RpcError(-32602, `Unknown tool: ${name.slice(0, 20)}`));
    },
  });
  for (const [id, name] of ["", "__proto__", "x".repeat(100_000)].entries()) {
    const { error } = await connection.ask(id, "tools/call", { name });
    assertMatch(String(Reflect.get(Object(error), "message")), /^Unknown tool/);
  }
  assert(names[2]?.length === 100_000);
});
