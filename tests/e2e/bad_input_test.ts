import { assert, assertEquals, assertMatch } from "@std/assert";
import { field, type JsonObject } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { testTeam } from "./test_workspace.ts";

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const MIB = 1024 * 1024;

interface Server {
  readonly server: RawProcess;
  call(name: string, args?: unknown): Promise<JsonObject>;
}

/** A server that has been initialized; afterwards it must still answer and end well. */
async function withServer(run: (server: Server) => Promise<void>): Promise<void> {
  await using team = await testTeam();
  await using server = RawProcess.start(team.env);
  await server.initialize();
  await run({
    server,
    call: (name, args) => server.request("tools/call", { name, arguments: args }),
  });
  assertEquals((await server.request("ping")).result, {});
  await server.closeInput();
  assertEquals((await server.ended()).code, 0);
}

/** The answer to what had no id to answer to. */
async function unaddressed(server: RawProcess): Promise<unknown> {
  return field((await server.received(({ id }) => id === null)).error, "code");
}

Deno.test("every line that is not a message is answered with an error, and the next one is read", async () => {
  await withServer(async ({ server }) => {
    const lines: [line: string, code: number][] = [
      ["{", PARSE_ERROR],
      ["hello", PARSE_ERROR],
      ['{"jsonrpc":"2.0","id":1,"method":"ping"', PARSE_ERROR],
      ["null", INVALID_REQUEST],
      ["[]", INVALID_REQUEST],
      ["7", INVALID_REQUEST],
      ["{}", INVALID_REQUEST],
      ['{"jsonrpc":"1.0","method":"ping","id":{}}', INVALID_REQUEST],
    ];
    for (const [line, code] of lines) {
      await server.sendLine(line);
      assertEquals(await unaddressed(server), code, line);
      assertEquals((await server.request("ping")).result, {});
    }
    await server.sendLine(new Uint8Array([0xff, 0xfe, 0x00, 0x80]));
    assertEquals(await unaddressed(server), PARSE_ERROR);
  });
});

Deno.test("blank lines are not messages, and Windows' line ends do no harm", async () => {
  await withServer(async ({ server }) => {
    for (const line of ["", "   ", "\r", '{"jsonrpc":"2.0","id":"crlf","method":"ping"}\r']) {
      await server.sendLine(line);
    }
    const first = await server.received(() => true);
    assertEquals([first.id, first.result], ["crlf", {}]);
  });
});

Deno.test("a line of 10 MB is read, one over the limit is refused and read past", async () => {
  await withServer(async ({ server }) => {
    assertEquals((await server.request("ping", { padding: "x".repeat(10 * MIB) })).result, {});
    await server.sendLine(new Uint8Array(33 * MIB).fill(0x78));
    assertEquals(await unaddressed(server), INVALID_REQUEST);
  });
});

Deno.test("an argument of 10 MB reaches the tool and is answered", async () => {
  await withServer(async ({ call }) => {
    const { result } = await call("commit_memory", { content: "x ".repeat(5 * MIB) });
    assert(field(result, "content") !== undefined);
  });
});

Deno.test("an unknown method is an error, an unknown notification is nothing", async () => {
  await withServer(async ({ server }) => {
    for (const method of ["tools/delete", "resources/list", "", "__proto__"]) {
      const { error } = await server.request(method);
      assertEquals(field(error, "code"), METHOD_NOT_FOUND, method);
    }
    await server.send({ method: "notifications/unheard_of" });
    await server.send({ method: "notifications/cancelled", params: { requestId: 4711 } });
    const { id } = { id: await server.ask("ping") };
    assertEquals((await server.received(() => true)).id, id, "The next message is the ping's");
  });
});

Deno.test("an unknown tool, and a call without a tool, are errors that say so", async () => {
  await withServer(async ({ server, call }) => {
    for (const name of ["no_such_tool", "", "toString", "__proto__"]) {
      const { error } = await call(name, {});
      assertEquals(field(error, "code"), INVALID_PARAMS);
      assertMatch(String(field(error, "message")), /Unknown tool/);
    }
    for (const params of [{}, { name: 7 }, { name: "list_peers", arguments: [1] }]) {
      const { error } = await server.request("tools/call", params);
      assertEquals(field(error, "code"), INVALID_PARAMS, JSON.stringify(params));
    }
  });
});

Deno.test("arguments of the wrong type are answered with what was expected", async () => {
  await withServer(async ({ call }) => {
    const calls: [name: string, args: JsonObject, told: RegExp][] = [
      ["delegate_task", { workspace_id: 7, task: "x" }, /workspace_id: expected string/],
      ["delegate_task", { workspace_id: {}, task: [] }, /workspace_id.*task/],
      ["list_peers", { source_workspace_id: 1 }, /source_workspace_id: expected string/],
      ["update_agent_card", { card: "me" }, /card: expected/],
      ["commit_memory", { content: ["a"] }, /content: expected string/],
      ["send_message_to_user", { message: { text: "hi" } }, /message: expected string/],
    ];
    for (const [name, args, told] of calls) {
      const answer = await call(name, args);
      assertEquals(field(answer.result, "isError"), true, name);
      assertMatch(textOf(answer), told);
    }
  });
});

Deno.test("every tool answers to no arguments, and names those that it needs", async () => {
  await withServer(async ({ server, call }) => {
    const { result } = await server.request("tools/list");
    const listed = field(result, "tools");
    assert(Array.isArray(listed) && listed.length === TOOLS.length);
    for (const tool of listed) {
      const name = String(field(tool, "name"));
      if (name === "wait_for_message") continue; // It needs none, and waits.
      const required = field(field(tool, "inputSchema"), "required") ?? [];
      assert(Array.isArray(required));
      const answer = await call(name);
      assertEquals(field(answer.result, "isError") === true, required.length > 0, name);
      for (const argument of required) assertMatch(textOf(answer), new RegExp(`\\b${argument}\\b`));
    }
  });
});
