import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { CallToolResult } from "../../../src/mcp/sdk.ts";
import type { ToolCall } from "../../../src/mcp/calls/tool_provider.ts";
import { codeOf, resultOf } from "../connection.ts";
import { CLIENT_KEY, META, metaWith, StatelessPeer } from "./stateless_peer.ts";

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
  const calls: { call: ToolCall; finish: () => void }[] = [];
  const callTool = (call: ToolCall) => {
    const { promise, resolve } = Promise.withResolvers<CallToolResult>();
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

Deno.test("a call that fails because it was cancelled is not a fault of the program", async () => {
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

Deno.test("1 and '1' are two ids, each free again after its answer", async () => {
  const { calls, callTool } = heldCalls();
  const peer = new StatelessPeer({ callTool });
  peer.send(1, "tools/call", { name: "x", _meta: META });
  peer.send("1", "tools/call", { name: "x", _meta: META });
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

Deno.test("in any order of calls, ends and cancellations each call has its one answer or none", async () => {
  const id = fc.constantFrom(1, 2, "1");
  const step = fc.tuple(fc.constantFrom("call", "end", "cancel"), id);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { calls, callTool } = heldCalls();
      const peer = new StatelessPeer({ callTool });
      /** What is open, by id: the place of its call. */
      const open = new Map<number | string, number>();
      const expected: unknown[] = [];
      for (const [what, id] of steps) {
        const place = open.get(id);
        if (what === "call" && place === undefined) {
          peer.send(id, "tools/call", { name: "x", _meta: { ...META, progressToken: id } });
          open.set(id, calls.length - 1);
        } else if (what === "cancel") {
          assertEquals(peer.era.cancel(id), place !== undefined);
          open.delete(id);
        } else if (what === "end" && place !== undefined) {
          calls[place]?.call.progress?.("nearly");
          calls[place]?.finish();
          open.delete(id);
          expected.push(["progress", id], [id, "complete"]);
        }
        await new Promise((resolve) => setTimeout(resolve));
      }
      // Whoever was cancelled, or is done, has nothing to say any more.
      for (const [place, { call, finish }] of calls.entries()) {
        if ([...open.values()].includes(place)) continue;
        call.progress?.("too late");
        finish();
      }
      await new Promise((resolve) => setTimeout(resolve));
      const seen = peer.messages.map((message) =>
        "method" in message
          ? ["progress", Object(message.params).progressToken]
          : [message.id, codeOf(message) ?? resultOf(message).resultType]
      );
      assertEquals(seen, expected);
      assertEquals(peer.errors, []);
      peer.era.close();
      for (const { finish } of calls) finish();
    }),
    { numRuns: 200 },
  );
});

Deno.test("who calls a tool is told once, and again when it is another client", async () => {
  const peer = new StatelessPeer();
  const other = { name: "other", version: "2" };
  await peer.ask(1, "tools/list");
  assertEquals(peer.callers, []);
  const metas = [META, META, metaWith(CLIENT_KEY, other), metaWith(CLIENT_KEY, undefined)];
  for (const [id, _meta] of metas.entries()) await peer.ask(id, "tools/call", { name: "x", _meta });
  assertEquals(peer.callers, [META[CLIENT_KEY], other, { name: "", version: "" }]);
});
