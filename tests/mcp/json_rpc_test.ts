import { assert, assertEquals } from "@std/assert";
// @ts-types="@modelcontextprotocol/sdk/types"
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import * as fc from "fast-check";
import { readMessage } from "../../src/mcp/json_rpc.ts";

Deno.test("what the SDK's schema takes for a call, an answer or a notification, so does the server", () => {
  const id = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.double(), fc.constant({}));
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const params = fc.oneof(
    fc.dictionary(fc.string().filter((key) => key !== "_meta"), fc.jsonValue()),
    fc.jsonValue(),
  );
  const message = fc.record({
    jsonrpc: fc.constantFrom("2.0", "2.0", "2.0", "1.0", 2),
    id: maybe(id),
    method: maybe(fc.oneof(fc.string(), fc.integer())),
    params: maybe(params),
    result: maybe(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.string())),
    error: maybe(fc.record({ code: fc.integer(), message: fc.string() })),
  });
  fc.assert(
    fc.property(message, (candidate) => {
      const json = JSON.parse(JSON.stringify(candidate));
      // The schema also looks into `_meta` and at keys of other kinds of messages; a reader does not.
      if (JSONRPCMessageSchema.safeParse(json).success) {
        assert("message" in readMessage(json), JSON.stringify(json));
      }
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("a request or line that is malformed is invalid, with its id where that can be read", () => {
  const cases: [json: unknown, id: string | number | null][] = [
    [null, null],
    [[], null],
    ["x", null],
    [1, null],
    [{}, null],
    [{ jsonrpc: "2.0" }, null],
    [{ id: 1 }, 1],
    [{ jsonrpc: "1.0", id: 1, method: "ping" }, 1],
    [{ jsonrpc: "2.0", id: {}, method: "ping" }, null],
    [{ jsonrpc: "2.0", id: null, method: "ping" }, null],
    [{ jsonrpc: "2.0", id: 1.5, method: "ping" }, null],
    // Not to be echoed exactly.
    [JSON.parse('{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}'), null],
    [{ jsonrpc: "2.0", id: "a", method: 7 }, "a"],
    [{ jsonrpc: "2.0", id: 1, method: "ping", params: [1] }, 1],
    [{ jsonrpc: "2.0", id: 1, method: "ping", params: "x" }, 1],
  ];
  for (const [json, id] of cases) {
    const received = readMessage(json);
    assert("invalid" in received, JSON.stringify(json));
    assertEquals(received.id, id);
  }
});

Deno.test("a malformed notification, or a malformed answer, is never answered", () => {
  for (
    const json of [
      { jsonrpc: "1.0", method: "ping" },
      { method: "ping" },
      { jsonrpc: "2.0", method: 7 },
      { jsonrpc: "2.0", method: "ping", params: "x" },
      { jsonrpc: "2.0", id: 1, result: "text" },
      { jsonrpc: "2.0", id: {}, result: {} },
      { jsonrpc: "1.0", id: 1, result: {} },
      { jsonrpc: "2.0", result: {} },
      { jsonrpc: "2.0", id: 1, error: "text" },
      { jsonrpc: "2.0", id: 1, error: { code: "x", message: "y" } },
      { jsonrpc: "2.0", id: null, error: { code: 1, message: "y" } },
    ]
  ) assertEquals(readMessage(json), { ignored: true }, JSON.stringify(json));
});

Deno.test("params of null or an empty array count as absent", () => {
  for (const params of [null, []]) {
    for (const id of [{}, { id: 0 }, { id: "" }]) {
      const message = { jsonrpc: "2.0", ...id, method: "ping" } as const;
      assertEquals<unknown>(readMessage({ ...message, params }), { message });
    }
  }
});

Deno.test("property: reading never throws", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => {
    readMessage(json);
  }));
});
