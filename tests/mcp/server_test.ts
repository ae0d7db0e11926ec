import { assert, assertEquals, assertMatch } from "@std/assert";
import { McpServer, RpcError, type ServerHandlers } from "../../src/mcp/server.ts";
import { StdioTransport } from "../../src/mcp/stdio_transport.ts";
import { VERSION } from "../../src/version.ts";
import { type Message, Wire } from "./wire.ts";

/** A server over a wire; every message of the client is one line. */
class Connection implements AsyncDisposable {
  readonly wire = new Wire();
  readonly errors: Error[] = [];
  readonly server: McpServer;

  private constructor(handlers: Partial<ServerHandlers>) {
    this.server = new McpServer({
      instructions: () => "Be kind.",
      listTools: () => [{ name: "echo" }],
      callTool: (call) => Promise.resolve({ content: [], echoed: call.arguments }),
      ...handlers,
    });
    this.server.onerror = (error) => this.errors.push(error);
  }

  static async open(handlers: Partial<ServerHandlers> = {}): Promise<Connection> {
    const connection = new Connection(handlers);
    await connection.server.connect(new StdioTransport(connection.wire, { drainMs: 0 }));
    return connection;
  }

  /** Sends a request and waits for its answer. */
  async ask(id: number | string, method: string, params?: unknown): Promise<Message> {
    this.wire.send({ jsonrpc: "2.0", id, method, ...(params !== undefined && { params }) });
    return await this.answer(id);
  }

  async answer(id: number | string): Promise<Message> {
    for (let count = 1;; count++) {
      const found = (await this.wire.until(count)).find((message) => message.id === id);
      if (found) return found;
    }
  }

  notify(method: string, params?: unknown): void {
    this.wire.send({ jsonrpc: "2.0", method, ...(params !== undefined && { params }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}

const call = (params: Record<string, unknown> = {}) => ({ name: "echo", ...params });
const codeOf = (answer: Message) => Reflect.get(Object(answer.error), "code");
const resultOf = (answer: Message): Message => Object(answer.result);

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

Deno.test("the client's name and version are told, empty where it gave none", async () => {
  const clients: unknown[] = [];
  await using connection = await Connection.open({ onClient: (client) => clients.push(client) });
  await connection.ask(0, "initialize", { clientInfo: { name: "claude-code", version: "2" } });
  await connection.ask(1, "initialize", { clientInfo: "odd" });
  assertEquals(clients, [{ name: "claude-code", version: "2" }, { name: "", version: "" }]);
});

Deno.test("instructions are made anew for each initialize", async () => {
  let count = 0;
  await using connection = await Connection.open({ instructions: () => `time ${++count}` });
  await connection.ask(0, "initialize");
  assertEquals(resultOf(await connection.ask(1, "initialize")).instructions, "time 2");
});

Deno.test("ping is answered", async () => {
  await using connection = await Connection.open();
  assertEquals(await connection.ask("p", "ping"), { jsonrpc: "2.0", id: "p", result: {} });
});

Deno.test("requests before initialize are answered", async () => {
  await using connection = await Connection.open();
  assertEquals(resultOf(await connection.ask(1, "tools/list")), { tools: [{ name: "echo" }] });
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

Deno.test("a call without a name, or with arguments that are no object, is invalid params", async () => {
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

Deno.test("calls run at the same time: a long one holds up no other", async () => {
  const release = Promise.withResolvers<void>();
  await using connection = await Connection.open({
    callTool: async ({ name }) => {
      if (name === "slow") await release.promise;
      return { content: [], name };
    },
  });
  connection.wire.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "slow" } });
  assertEquals(resultOf(await connection.ask(2, "tools/call", call())).name, "echo");
  release.resolve();
  assertEquals(resultOf(await connection.answer(1)).name, "slow");
});

/** A server whose tool waits until it is cancelled; `begun` and `cancelled` say how far it is. */
async function waiting() {
  const begun = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<unknown>();
  const connection = await Connection.open({
    callTool: async ({ signal }) => {
      signal.addEventListener("abort", () => cancelled.resolve(signal.reason));
      begun.resolve();
      await cancelled.promise;
      return { content: [] };
    },
  });
  connection.wire.send({ jsonrpc: "2.0", id: 5, method: "tools/call", params: call() });
  await begun.promise;
  return { connection, cancelled: cancelled.promise };
}

Deno.test("a cancelled call hears of it, with the reason, and is not answered", async () => {
  const { connection, cancelled } = await waiting();
  await using _ = connection;
  connection.notify("notifications/cancelled", { requestId: 5, reason: "user pressed Esc" });
  assertEquals(await cancelled, "user pressed Esc");
  await connection.ask(6, "ping");
  assertEquals(connection.wire.messages.map(({ id }) => id), [6]);
});

Deno.test("cancelling another call leaves this one alone", async () => {
  const { connection, cancelled } = await waiting();
  connection.notify("notifications/cancelled", { requestId: 4 });
  connection.notify("notifications/cancelled", { requestId: "5" });
  const still = Symbol();
  await connection.ask(6, "ping");
  assertEquals(await Promise.race([cancelled, Promise.resolve(still)]), still);
  await connection.server.close();
});

Deno.test("a call hears it when the client goes away, and the server says that it closed", async () => {
  const { connection, cancelled } = await waiting();
  const closed = Promise.withResolvers<void>();
  connection.server.onclose = closed.resolve;
  connection.wire.end();
  await Promise.all([cancelled, closed.promise]);
});

Deno.test("progress is reported, counted up, to a client that asked for it", async () => {
  for (const token of ["token-1", 7, 0]) {
    await using connection = await Connection.open({
      callTool: ({ progress }) => {
        progress?.("sending");
        progress?.("waiting");
        return Promise.resolve({ content: [] });
      },
    });
    const params = call({ _meta: { progressToken: token } });
    await connection.ask(1, "tools/call", params);
    const reports = connection.wire.messages.filter(({ method }) => method !== undefined);
    assertEquals(
      reports,
      [[1, "sending"], [2, "waiting"]].map(([progress, message]) => ({
        jsonrpc: "2.0",
        method: "notifications/progress",
        params: { progressToken: token, progress, message },
      })),
    );
  }
});

Deno.test("a client that did not ask for progress gets none", async () => {
  let offered: unknown = "unset";
  await using connection = await Connection.open({
    callTool: ({ progress }) => {
      offered = progress;
      return Promise.resolve({ content: [] });
    },
  });
  await connection.ask(1, "tools/call", call());
  assertEquals(offered, undefined);
});

Deno.test("progress after the client went away is no fault", async () => {
  const late = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const reported = Promise.withResolvers<void>();
  const connection = await Connection.open({
    callTool: async ({ progress }) => {
      begun.resolve();
      await late.promise;
      progress?.("too late");
      reported.resolve();
      return { content: [] };
    },
  });
  const params = call({ _meta: { progressToken: 1 } });
  connection.wire.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  await begun.promise;
  await connection.server.close();
  late.resolve();
  await reported.promise;
  assertEquals(connection.wire.messages, []);
});

Deno.test("progress that cannot be written is reported, and ends nothing but the connection", async () => {
  const { input } = new Wire();
  const write = () => Promise.reject(new Deno.errors.BrokenPipe("Broken pipe"));
  const aborted = Promise.withResolvers<void>();
  const server = new McpServer({
    instructions: () => "",
    listTools: () => [],
    callTool: async ({ signal, progress }) => {
      signal.addEventListener("abort", () => aborted.resolve());
      progress?.("half way");
      await aborted.promise;
      return {};
    },
  });
  const reported = Promise.withResolvers<string>();
  server.onerror = ({ message }) => reported.resolve(message);
  const transport = new StdioTransport({ input, output: { write } }, { drainMs: 0 });
  await server.connect(transport);
  const params = call({ _meta: { progressToken: 1 } });
  transport.onmessage?.({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  assertEquals(await reported.promise, "Broken pipe");
});

Deno.test("a thousand calls at once are all answered, each with its own answer", async () => {
  await using connection = await Connection.open();
  const ids = Array.from({ length: 1000 }, (_, id) => id);
  for (const id of ids) {
    const params = call({ arguments: { id } });
    connection.wire.send({ jsonrpc: "2.0", id, method: "tools/call", params });
  }
  const answers = await connection.wire.until(1000);
  const echoed = new Map(answers.map((answer) => [answer.id, resultOf(answer).echoed]));
  assertEquals(echoed, new Map(ids.map((id) => [id, { id }])));
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
