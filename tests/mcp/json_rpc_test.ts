import { assertEquals } from "@std/assert";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  JSONRPCMessageSchema,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import * as fc from "fast-check";
import { isRpcMessage } from "../../src/mcp/json_rpc.ts";
import { PROTOCOL_VERSIONS } from "../../src/mcp/server.ts";

Deno.test("the protocol versions are those of the SDK", () => {
  assertEquals([...PROTOCOL_VERSIONS], SUPPORTED_PROTOCOL_VERSIONS);
  assertEquals(PROTOCOL_VERSIONS[0], LATEST_PROTOCOL_VERSION);
});

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
        assertEquals(isRpcMessage(json), true, JSON.stringify(json));
      }
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("anything else is no message, and nothing throws", () => {
  for (
    const json of [
      null,
      [],
      "x",
      1,
      {},
      { jsonrpc: "2.0" },
      { jsonrpc: "1.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", id: {}, method: "ping" },
      { jsonrpc: "2.0", id: null, method: "ping" },
      { jsonrpc: "2.0", id: 1.5, method: "ping" },
      { jsonrpc: "2.0", id: 1, method: 7 },
      { jsonrpc: "2.0", id: 1, method: "ping", params: [] },
      { jsonrpc: "2.0", id: 1, result: "text" },
      { jsonrpc: "2.0", id: 1, error: "text" },
      { jsonrpc: "2.0", id: 1, error: { code: "x", message: "y" } },
    ]
  ) assertEquals(isRpcMessage(json), false, JSON.stringify(json));
  fc.assert(fc.property(fc.jsonValue(), (json) => {
    isRpcMessage(json);
  }));
});
