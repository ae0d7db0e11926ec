import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { StdioTransport } from "../../../src/mcp/transport/stdio_transport.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { concat, Wire } from "./wire.ts";

/** A started transport, what it received, and its end. */
async function started(wire: Wire, options: { maxLineBytes?: number; drainMs?: number } = {}) {
  const received: unknown[] = [];
  const errors: Error[] = [];
  const closed = Promise.withResolvers<void>();
  const transport = new StdioTransport(wire, { drainMs: 0, ...options });
  transport.onmessage = (message) => received.push(message);
  transport.onerror = (error) => errors.push(error);
  transport.onclose = closed.resolve;
  await transport.start();
  return { transport, received, errors, closed: closed.promise };
}

/** What the transport makes of this input, from its start to its end. */
async function whole(data: string | Uint8Array, options: { maxLineBytes?: number } = {}) {
  const wire = new Wire();
  const { received, errors, closed } = await started(wire, options);
  wire.push(data);
  wire.end();
  await closed;
  return { received, errors, answers: wire.messages };
}

/** The code and id of an error answer. */
const errorOf = (answer: Record<string, unknown> | undefined) => [
  Reflect.get(Object(answer?.error), "code"),
  answer?.id,
];

const ping = (id: number | string) => ({ jsonrpc: "2.0", id, method: "ping" });
const line = (message: unknown) => `${JSON.stringify(message)}\n`;

Deno.test("each line is one message", async () => {
  const { received, answers } = await whole(line(ping(1)) + line(ping("b")));
  assertEquals(received, [ping(1), ping("b")]);
  assertEquals(answers, []);
});

Deno.test("CRLF line ends, blank lines and a missing last newline are fine", async () => {
  const text = `\n${JSON.stringify(ping(1))}\r\n\r\n  \n${JSON.stringify(ping(2))}`;
  const { received, answers } = await whole(text);
  assertEquals(received, [ping(1), ping(2)]);
  assertEquals(answers, []);
});

Deno.test("malformed JSON is answered with a parse error, and the next line is handled", async () => {
  const { received, answers } = await whole(`{"jsonrpc":"2.0",\n${line(ping(1))}`);
  const error = { code: -32700, message: "Parse error: the line is not valid JSON" };
  assertEquals(answers, [{ jsonrpc: "2.0", id: null, error }]);
  assertEquals(received, [ping(1)]);
});

Deno.test("an answer of the client's is handed on like everything else", async () => {
  const answer = { jsonrpc: "2.0", id: 7, result: {} };
  assertEquals((await whole(line(answer))).received, [answer]);
});

Deno.test("a parse error does not repeat the line", async () => {
  const { answers } = await whole('{"secret":"tok-12345"\n');
  assert(!JSON.stringify(answers).includes("tok-12345"));
});

const NOT_JSON_RPC: readonly [what: string, message: unknown, id: unknown][] = [
  ["another version", { jsonrpc: "1.0", id: 1, method: "ping" }, 1],
  ["no version", { id: "a", method: "ping" }, "a"],
  ["no method", { jsonrpc: "2.0", id: 7 }, 7],
  ["a method that is no text", { jsonrpc: "2.0", id: 7, method: 7 }, 7],
  ["params that are a list", { jsonrpc: "2.0", id: 7, method: "ping", params: [1] }, 7],
  ["an id that is null", { jsonrpc: "2.0", id: null, method: "ping" }, null],
  ["an id that is an object", { jsonrpc: "2.0", id: {}, method: "ping" }, null],
  ["a batch", [ping(1)], null],
  ["null", null, null],
  ["a number", 42, null],
  ["a text", "ping", null],
];
for (const [what, message, id] of NOT_JSON_RPC) {
  Deno.test(`${what} is an invalid request, answered with its id where it has one`, async () => {
    const { received, answers } = await whole(line(message) + line(ping(9)));
    assertEquals(answers.map(errorOf), [[-32600, id]]);
    assertEquals(received, [ping(9)]);
  });
}

Deno.test("a line over the limit is answered with an error, and the next line is handled", async () => {
  const long = line({ ...ping(1), params: { text: "x".repeat(500) } });
  const { received, answers } = await whole(long + line(ping(2)), { maxLineBytes: 100 });
  assertEquals(answers.map(errorOf), [[-32600, null]]);
  assertStringIncludes(JSON.stringify(answers), "longer than 100 bytes");
  assertEquals(received, [ping(2)]);
});

Deno.test("a message of 10 MB is handled", async () => {
  const large = { ...ping(1), params: { text: "x".repeat(10_000_000) } };
  const { received } = await whole(line(large));
  assertEquals(received.length, 1);
  assert(JSON.stringify(received[0]) === JSON.stringify(large), "the same message");
});

Deno.test("messages may be cut at any byte, also inside of a character", async () => {
  const messages = fc.uniqueArray(
    fc.record({
      jsonrpc: fc.constant("2.0"),
      id: fc.oneof(fc.integer(), fc.string()),
      method: fc.string({ unit: "grapheme" }),
      params: fc.record({ text: fc.string({ unit: "binary" }) }),
    }),
    { maxLength: 4, selector: ({ id }) => id },
  );
  await fc.assert(fc.asyncProperty(messages, fc.array(fc.nat()), async (expected, cuts) => {
    const bytes = new TextEncoder().encode(expected.map(line).join(""));
    const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
    const wire = new Wire();
    const { received, closed } = await started(wire);
    for (const [i, edge] of edges.entries()) {
      wire.push(bytes.subarray(edge, edges[i + 1] ?? bytes.length));
    }
    wire.end();
    await closed;
    assertEquals(JSON.stringify(received), JSON.stringify(expected));
  }));
});

Deno.test("the end of the input closes the transport", async () => {
  const wire = new Wire();
  const { closed, errors } = await started(wire);
  wire.end();
  await closed;
  assertEquals(errors, []);
});

Deno.test("a broken input is reported and closes the transport", async () => {
  const wire = new Wire();
  const { closed, errors } = await started(wire);
  wire.fail(new Error("input gone"));
  await closed;
  assertEquals(errors.map(({ message }) => message), ["input gone"]);
});

Deno.test("closing twice tells once", async () => {
  const wire = new Wire();
  const transport = new StdioTransport(wire);
  let told = 0;
  transport.onclose = () => told++;
  await transport.close();
  await transport.close();
  assertEquals(told, 1);
});

Deno.test("answers under way are written before the end of the input closes", async () => {
  const wire = new Wire();
  const { transport, closed } = await started(wire, { drainMs: 60_000 });
  wire.send(ping(1));
  wire.end();
  const later = setTimeout(() => transport.send({ jsonrpc: "2.0", id: 1, result: {} }), 5);
  await closed;
  clearTimeout(later);
  assertEquals(wire.messages, [{ jsonrpc: "2.0", id: 1, result: {} }]);
});

Deno.test({
  name: "the end leaves no timer behind when nothing has to be waited for",
  sanitizeOps: true,
  fn: async () => {
    const wire = new Wire();
    const { closed } = await started(wire, { drainMs: 60_000 });
    wire.end();
    await closed;
  },
});

Deno.test("an answer that does not come holds the end up for a moment only", async () => {
  const wire = new Wire();
  const { closed } = await started(wire, { drainMs: 10 });
  wire.send(ping(1));
  wire.end();
  await closed;
});

Deno.test("unless told otherwise that moment is half a second", async () => {
  using time = new FakeTime();
  const wire = new Wire();
  const transport = new StdioTransport(wire);
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    transport.onclose = () => {
      isClosed = true;
      resolve();
    };
  });
  await transport.start();
  wire.send(ping(1));
  wire.end();
  await time.run(499);
  assertEquals(isClosed, false);
  time.tick(1);
  await time.atOnce(closed);
});

Deno.test("a large message is written whole through a pipe that takes little at a time", async () => {
  const wire = new Wire({ maxWrite: 1000 });
  const { transport } = await started(wire);
  const message = { jsonrpc: "2.0", id: 1, result: { text: "é".repeat(10_000) } } as const;
  await transport.send(message);
  assertEquals(wire.messages, [message]);
  await transport.close();
});

Deno.test("messages sent at the same time never mix", async () => {
  const wire = new Wire({ maxWrite: 7 });
  const { transport } = await started(wire);
  const messages = Array.from({ length: 50 }, (_, id) => (
    { jsonrpc: "2.0", id, result: { text: String(id).repeat(id) } } as const
  ));
  await Promise.all(messages.map((message) => transport.send(message)));
  assertEquals(wire.messages, messages);
  await transport.close();
});

Deno.test("every message is one line, whatever its texts hold", async () => {
  const wire = new Wire();
  const { transport } = await started(wire);
  await transport.send({ jsonrpc: "2.0", id: 1, result: { text: "a\nb\r\u2028c" } });
  const written = new TextDecoder().decode(concat(wire.writes));
  assertEquals(written.indexOf("\n"), written.length - 1);
  await transport.close();
});

Deno.test("a reader that went away (EPIPE) closes the transport and fails the send", async () => {
  const wire = new Wire();
  const brokenPipe = { write: () => Promise.reject(new Deno.errors.BrokenPipe("Broken pipe")) };
  const transport = new StdioTransport({ input: wire.input, output: brokenPipe });
  const closed = Promise.withResolvers<void>();
  transport.onclose = closed.resolve;
  await transport.start();
  const failure = await transport.send({ jsonrpc: "2.0", id: 1, result: {} }).catch((e) => e);
  assert(failure instanceof Deno.errors.BrokenPipe);
  await closed.promise;
});

Deno.test("a reader that went away while a bad line is answered closes cleanly", async () => {
  const wire = new Wire();
  const brokenPipe = { write: () => Promise.reject(new Deno.errors.BrokenPipe("Broken pipe")) };
  const transport = new StdioTransport({ input: wire.input, output: brokenPipe });
  const closed = Promise.withResolvers<void>();
  transport.onclose = closed.resolve;
  await transport.start();
  wire.push("not json\n");
  await closed.promise;
});

Deno.test("a fault in whoever handles a message is reported, and the next one is handled", async () => {
  const wire = new Wire();
  const { transport, errors, closed } = await started(wire);
  const handled: unknown[] = [];
  transport.onmessage = (message) => {
    if (handled.push(message) === 1) throw new Error("fault in the handler");
  };
  wire.send(ping(1));
  wire.send(ping(2));
  wire.end();
  await closed;
  assertEquals(handled, [ping(1), ping(2)]);
  assertEquals(errors.map(({ message }) => message), ["fault in the handler"]);
});

Deno.test("JSON nested tens of thousands of levels deep does not end the reading", async () => {
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  const { received } = await whole(
    `{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":${deep}}}\n${deep}\n${line(ping(2))}`,
  );
  assertEquals(received.at(-1), ping(2));
});

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

Deno.test("too much JSON is refused by what is wrong with it, and the next line is handled", async () => {
  const deep = "[".repeat(100_000);
  const many = `[${"[],".repeat(1_000_000)}[]]`;
  const { received, answers } = await whole(`${deep}\n${many}\n${line(ping(1))}`);
  assertEquals(answers.map(errorOf), [[-32600, null], [-32600, null]]);
  assertStringIncludes(JSON.stringify(answers[0]), "nested deeper than 500 levels");
  assertStringIncludes(JSON.stringify(answers[1]), "more than 500000 values");
  assertEquals(received, [ping(1)]);
});

/** A transport after a handshake that settled on the version that has batches. */
async function batching(answer: (id: string | number) => boolean = () => true) {
  const wire = new Wire();
  const { transport, received } = await started(wire);
  transport.onmessage = (message) => {
    received.push(message);
    if ("method" in message && "id" in message && answer(message.id)) {
      transport.send({ jsonrpc: "2.0", id: message.id, result: { of: message.method } });
    }
  };
  transport.setProtocolVersion("2025-03-26");
  return { wire, transport, received };
}
const answerOf = (id: unknown) => ({ jsonrpc: "2.0", id, result: { of: "ping" } });

Deno.test("the answers to a batch are one line, with those that are refused; notes get none", async () => {
  const { wire, received } = await batching();
  const note = { jsonrpc: "2.0", method: "notifications/initialized" };
  wire.send([ping(1), note, 7, { id: 3 }, ping("b"), ping(1)]);
  const [batch] = await wire.until(1);
  assert(Array.isArray(batch));
  assertEquals(received, [ping(1), note, ping("b"), ping(1)]);
  assertEquals(batch[0], answerOf(1));
  assertEquals(errorOf(batch[1]), [-32600, null]);
  assertEquals(errorOf(batch[2]), [-32600, 3]);
  assertEquals(batch.slice(3), [answerOf("b"), answerOf(1)]);
});

Deno.test("a batch waits for its last answer, and for none that is cancelled", async () => {
  const { wire, transport } = await batching((id) => id !== "late" && id !== "never");
  wire.send([ping("late"), ping(1), ping("never")]);
  wire.send(ping("single"));
  assertEquals(await wire.until(1), [answerOf("single")]);
  const params = { requestId: "never" };
  wire.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
  wire.send(ping("after"));
  await wire.until(2);
  await transport.send({ jsonrpc: "2.0", id: "late", result: { of: "ping" } });
  assertEquals((await wire.until(3))[2], [answerOf(1), answerOf("late")] as unknown);
});

Deno.test("a batch of notifications alone is not answered, an empty or huge one is refused", async () => {
  const { wire } = await batching();
  wire.send([{ jsonrpc: "2.0", method: "a" }, { jsonrpc: "2.0", id: 5, result: {} }]);
  wire.send([]);
  wire.send(Array.from({ length: 1_001 }, (_, id) => ping(id)));
  wire.send(ping(1));
  const answers = await wire.until(3);
  assertEquals(answers.slice(0, 2).map(errorOf), [[-32600, null], [-32600, null]]);
  assertEquals(answers[2], answerOf(1));
});

Deno.test("in other versions a batch is refused, and says in which there are any", async () => {
  const { received, answers } = await whole(line([ping(1)]));
  assertEquals(received, []);
  assertEquals(answers.map(errorOf), [[-32600, null]]);
  assertStringIncludes(JSON.stringify(answers), "2025-03-26");
});

Deno.test("an id that is in use is refused, the first request is answered all the same", async () => {
  const wire = new Wire();
  const { transport, received } = await started(wire);
  for (const method of ["ping", "tools/call"]) {
    wire.writes.length = 0;
    received.length = 0;
    wire.send({ jsonrpc: "2.0", id: 1, method });
    wire.send({ jsonrpc: "2.0", id: 1, method });
    const [refused] = await wire.until(1);
    assertEquals(errorOf(refused), [-32600, 1]);
    await transport.send({ jsonrpc: "2.0", id: 1, result: {} });
    assertEquals((await wire.until(2))[1], { jsonrpc: "2.0", id: 1, result: {} });
    assertEquals(received.length, 1);
  }
  await transport.close();
});

Deno.test("an id that is used twice in one batch: the first is answered, the second refused", async () => {
  const { wire, transport } = await batching(() => false);
  wire.send([ping("a"), ping("a")]);
  wire.send(ping("a"));
  assertEquals((await wire.until(1)).map(errorOf), [[-32600, "a"]]);
  transport.send({ jsonrpc: "2.0", id: "a", result: { of: "ping" } });
  const [, answers] = await wire.until(2);
  assert(Array.isArray(answers));
  assertEquals(answers.length, 2);
  assertEquals(errorOf(answers[0]), [-32600, "a"]);
  assertEquals(answers[1], answerOf("a"));
});

Deno.test("initialize is not to be cancelled", async () => {
  const wire = new Wire();
  const { transport, received } = await started(wire);
  wire.send({ jsonrpc: "2.0", id: 1, method: "initialize" });
  wire.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  wire.send(ping(1));
  assertEquals(errorOf((await wire.until(1))[0]), [-32600, 1]);
  assertEquals(received, [{ jsonrpc: "2.0", id: 1, method: "initialize" }]);
  await transport.close();
});
