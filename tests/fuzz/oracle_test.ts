import { assertEquals } from "@std/assert";
import { bytesOf, Oracle } from "../../scripts/fuzz/oracle.ts";
import { NOT_YET, RULES } from "../../scripts/fuzz/rules.ts";

const PING = { jsonrpc: "2.0", id: 1, method: "ping" };
const OPEN = {
  jsonrpc: "2.0",
  id: "w",
  method: "tools/call",
  params: { name: "wait_for_message", arguments: { timeout_secs: 30 } },
};
const CANCEL = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "w" } };

function hello(protocolVersion: string) {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: "n", version: "1" } };
  return { jsonrpc: "2.0", id: 0, method: "initialize", params };
}

/** What is due for the lines, in the order of the lines. */
function dues(...lines: readonly (string | object)[]): string[] {
  return duesIn(new Oracle([]), lines);
}

/** The same after a handshake. */
function duesAfter(version: string, ...lines: readonly (string | object)[]): string[] {
  const oracle = new Oracle([]);
  oracle.plan([bytesOf(hello(version))]);
  return duesIn(oracle, lines);
}

function duesIn(oracle: Oracle, lines: readonly (string | object)[]): string[] {
  const bytes = lines.map((line) =>
    typeof line === "string" ? new TextEncoder().encode(line) : bytesOf(line)
  );
  return oracle.plan(bytes).dues.map(({ what, required, group }) =>
    `${required ? "" : "perhaps "}${what}${group === undefined ? "" : ` in batch ${group}`}`
  );
}

const NO_JSON = "an error -32700 for id null";
const NO_MESSAGE = "an error -32600 for id null";
const PONG = "the result of ping for id 1";
const HELLO = "the result of initialize for id 0";

Deno.test("a line that is not a message is owed an error without an id", () => {
  const lines = ["{", "hello", '{"jsonrpc":"2.0"', "null", "7", "[]", '"x"'];
  assertEquals(
    lines.map((line) => duesAfter("2025-11-25", line)[0]),
    [NO_JSON, NO_JSON, NO_JSON, NO_MESSAGE, NO_MESSAGE, NO_MESSAGE, NO_MESSAGE],
  );
});

Deno.test("blank lines, notifications and responses are owed nothing, malformed or not", () => {
  const silent = [
    "",
    " \t\r",
    { jsonrpc: "2.0", method: "ping" },
    { jsonrpc: "1.0", method: "ping" },
    { method: 7 },
    { jsonrpc: "2.0", id: 5, result: {} },
    { jsonrpc: "2.0", id: 5, result: "no object" },
    { id: {}, error: "odd" },
  ];
  assertEquals(dues(...silent), []);
});

Deno.test("a request is owed one answer, with its id as it is", () => {
  assertEquals(dues(PING), [PONG]);
  assertEquals(dues({ ...PING, id: "1" }), ['the result of ping for id "1"']);
  assertEquals(dues({ ...PING, params: null }, { ...PING, id: 2, params: [] }), [
    PONG,
    "the result of ping for id 2",
  ]);
  assertEquals(dues({ ...PING, method: "no/such" }), ["an error -32601 for id 1"]);
  assertEquals(dues({ ...PING, params: 7 }), ["an error  for id 1"]);
  assertEquals(dues({ ...PING, jsonrpc: "1.0" }), ["an error -32600 for id 1"]);
  assertEquals(dues({ ...PING, id: 1.5 }), [NO_MESSAGE]);
});

Deno.test("what is open at the end is cancelled, and then owed nothing", () => {
  const { lines, dues } = new Oracle([]).plan([bytesOf(OPEN)]);
  assertEquals(lines.map((line) => JSON.parse(new TextDecoder().decode(line))), [OPEN, CANCEL]);
  assertEquals(dues, []);
});

Deno.test("an id that is open is refused to another request; one that was may be", () => {
  assertEquals(dues(OPEN, { ...PING, id: "w" }), ['an error -32600 for id "w"']);
  assertEquals(dues(OPEN, CANCEL, { ...PING, id: "w" }), [
    'the result of ping for id "w", or its refusal',
  ]);
  assertEquals(dues(PING, PING), [PONG, `${PONG}, or its refusal`]);
});

Deno.test("a request that was cancelled may be answered, if it could be done by then", () => {
  assertEquals(dues({ ...PING, id: "w" }, CANCEL), ['perhaps the result of ping for id "w"']);
});

Deno.test("batches are served in 2025-03-26 only", () => {
  const batch = [PING, { jsonrpc: "2.0", method: "x" }, 7];
  assertEquals(duesAfter("2025-03-26", batch), [`${PONG} in batch 1`, `${NO_MESSAGE} in batch 1`]);
  assertEquals(duesAfter("2025-06-18", batch), [NO_MESSAGE]);
  assertEquals(duesAfter("2025-03-26", "[]"), [NO_MESSAGE]);
  assertEquals(duesAfter("2025-03-26", [{ jsonrpc: "2.0", method: "x" }]), []);
  assertEquals(dues(hello("2025-03-26"), batch), [HELLO], "Right behind: not sent");
  assertEquals(dues(batch), [], "Before the handshake nobody can tell: not sent");
});

Deno.test("requests of the stateless era are judged by what they carry, not by what was before", () => {
  const key = (name: string) => `io.modelcontextprotocol/${name}`;
  const meta = { [key("protocolVersion")]: "2026-07-28", [key("clientCapabilities")]: {} };
  const request = (method: string, _meta: object) => ({ ...PING, method, params: { _meta } });
  const due = (method: string, _meta: object = meta) =>
    dues(hello("2025-11-25"), request(method, _meta))[1];
  assertEquals(due("server/discover"), "the result of server/discover for id 1");
  assertEquals(due("tools/list"), "the result of tools/list for id 1");
  assertEquals(due("ping"), "an error -32601 for id 1");
  assertEquals(
    due("tools/list", { ...meta, [key("clientCapabilities")]: 7 }),
    "an error -32602 for id 1",
  );
  assertEquals(
    due("ping", { ...meta, [key("protocolVersion")]: "v9" }),
    "an error -32022 for id 1",
  );
});

Deno.test("too deep and too long are refused", () => {
  assertEquals(dues("[".repeat(600) + "]".repeat(600)), [NO_MESSAGE]);
  assertEquals(dues("[".repeat(600)), ["an error -32700 or -32600 for id null"]);
});

Deno.test("lines that rest on what the program is still to learn are left out, without a trace", () => {
  const lines = [PING, PING, { ...PING, id: 2, params: null }, { method: "malformed" }];
  const all = new Oracle([]).plan(lines.map(bytesOf));
  const some = new Oracle(RULES).plan(lines.map(bytesOf));
  assertEquals([all.lines.length, some.lines.length], [4, 1]);
  assertEquals(some.dues.map(({ what }) => what), [PONG]);
  assertEquals(NOT_YET.filter((rule) => !RULES.includes(rule)), []);
});
