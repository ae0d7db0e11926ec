import { assertEquals } from "@std/assert";
import { McpServer } from "../../src/mcp/server.ts";
import { StdioTransport } from "../../src/mcp/transport/stdio_transport.ts";
import { call, Connection, resultOf } from "./connection.ts";
import { Wire } from "./transport/wire.ts";

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

Deno.test("progress after the client went away is not a fault", async () => {
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
    instructions: "",
    tools: {
      listTools: () => [],
      callTool: async ({ signal, progress }) => {
        signal.addEventListener("abort", () => aborted.resolve());
        progress?.("half way");
        await aborted.promise;
        return { content: [] };
      },
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
