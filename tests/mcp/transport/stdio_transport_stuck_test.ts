import { assertEquals, assertStringIncludes } from "@std/assert";
import { StdioTransport } from "../../../src/mcp/transport/stdio_transport.ts";
import { errorOf, ping } from "./started_transport.ts";
import { concat, Wire } from "./wire.ts";

/** An output whose reader has stopped until it is let go. */
function stuckOutput() {
  const go = Promise.withResolvers<void>();
  // By line: what waits together is written together.
  const written: Uint8Array[] = [];
  const write = async (bytes: Uint8Array): Promise<number> => {
    await go.promise;
    const lines = new TextDecoder().decode(bytes).match(/.*\n|.+$/g) ?? [];
    written.push(...lines.map((line) => new TextEncoder().encode(line)));
    return bytes.byteLength;
  };
  return { output: { write }, written, go: go.resolve };
}

Deno.test("while nobody reads, no more than a bounded number of requests is taken on; then all", async () => {
  const wire = new Wire();
  const { output, written, go } = stuckOutput();
  const transport = new StdioTransport({ input: wire.input, output }, { drainMs: 60_000 });
  let taken = 0;
  transport.onmessage = (message) => {
    taken += 1;
    if ("id" in message && message.id !== undefined) {
      transport.send({ jsonrpc: "2.0", id: message.id, result: {} });
    }
  };
  const closed = Promise.withResolvers<void>();
  transport.onclose = closed.resolve;
  await transport.start();
  const requests = 5_000;
  for (let id = 0; id < requests; id++) wire.send(ping(id));
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(taken, 1_000);
  go();
  wire.end();
  await closed.promise;
  assertEquals([taken, written.length], [requests, requests]);
});

Deno.test("a call that waits for its turn is started when the client reads again", async () => {
  const wire = new Wire();
  const { output, go } = stuckOutput();
  const options = { drainMs: 60_000, calls: { maxRunning: 1 } };
  const transport = new StdioTransport({ input: wire.input, output }, options);
  const started = new Map([1, 2, 3].map((id) => [id, Promise.withResolvers<void>()]));
  const handed: unknown[] = [];
  transport.onmessage = (message) => {
    if (!("id" in message)) return;
    handed.push(message.id);
    started.get(Number(message.id))?.resolve();
  };
  const closed = Promise.withResolvers<void>();
  transport.onclose = closed.resolve;
  await transport.start();
  for (const id of [1, 2]) wire.send({ jsonrpc: "2.0", id, method: "tools/call" });
  wire.send(ping(3)); // Taken in behind the calls.
  await started.get(3)?.promise;
  // More than may wait for the client.
  const params = { text: "x".repeat(1024 * 1024) };
  const written = [
    transport.send({ jsonrpc: "2.0", method: "notifications/message", params }),
    ...[1, 3].map((id) => transport.send({ jsonrpc: "2.0", id, result: {} })),
  ];
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(handed, [1, 3]);
  go();
  await Promise.all(written);
  await started.get(2)?.promise;
  await transport.send({ jsonrpc: "2.0", id: 2, result: {} });
  wire.end();
  await closed.promise;
  assertEquals(handed, [1, 3, 2]);
});

Deno.test("the end of the input is noticed although nobody reads", async () => {
  const wire = new Wire();
  const { output, go } = stuckOutput();
  const transport = new StdioTransport({ input: wire.input, output }, { drainMs: 5 });
  transport.onmessage = (message) => {
    if ("id" in message && message.id !== undefined) {
      transport.send({ jsonrpc: "2.0", id: message.id, result: {} });
    }
  };
  const closed = Promise.withResolvers<void>();
  transport.onclose = closed.resolve;
  await transport.start();
  for (let id = 0; id < 2_000; id++) wire.send(ping(id));
  wire.end();
  await closed.promise;
  go();
});

Deno.test("progress is left out while nobody reads, an answer never", async () => {
  const wire = new Wire();
  const { output, written, go } = stuckOutput();
  const transport = new StdioTransport({ input: wire.input, output });
  await transport.start();
  const sent: Promise<void>[] = [];
  for (let id = 0; id < 1_500; id++) {
    sent.push(transport.send({ jsonrpc: "2.0", id, result: {} }));
    const params = { progressToken: id, progress: 1 };
    sent.push(transport.send({ jsonrpc: "2.0", method: "notifications/progress", params }));
  }
  go();
  await Promise.all(sent);
  const text = new TextDecoder().decode(concat(written));
  assertEquals(text.match(/"result"/g)?.length, 1_500);
  assertEquals(text.match(/progressToken/g)?.length, 500);
  await transport.close();
});

Deno.test("too many calls are refused with an error that says so; a cancelled one makes room", async () => {
  const wire = new Wire();
  const received: unknown[] = [];
  const transport = new StdioTransport(wire, { calls: { maxOpen: 2 } });
  transport.onmessage = (message) => received.push(message);
  await transport.start();
  const call = (id: number) => ({ jsonrpc: "2.0", id, method: "tools/call", params: {} });
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
  for (const message of [call(1), call(2), call(3), cancel, call(4), ping(5)]) wire.send(message);
  wire.push("the last line\n");
  const [refusal] = await wire.until(2);
  assertEquals(errorOf(refusal), [-32000, 3]);
  assertStringIncludes(JSON.stringify(refusal), "Too many calls");
  assertEquals(received, [call(1), call(2), cancel, call(4), ping(5)]);
  await transport.close();
});
