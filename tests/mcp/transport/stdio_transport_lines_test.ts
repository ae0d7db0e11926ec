import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { errorOf, line, ping, started, whole } from "./started_transport.ts";
import { Wire } from "./wire.ts";

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

Deno.test("messages may be cut at any byte, even inside a character", async () => {
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

Deno.test("too much JSON is refused by what is wrong with it, and the next line is handled", async () => {
  const deep = "[".repeat(100_000);
  const many = `[${"[],".repeat(1_000_000)}[]]`;
  const { received, answers } = await whole(`${deep}\n${many}\n${line(ping(1))}`);
  assertEquals(answers.map(errorOf), [[-32600, null], [-32600, null]]);
  assertStringIncludes(JSON.stringify(answers[0]), "nested deeper than 500 levels");
  assertStringIncludes(JSON.stringify(answers[1]), "more than 500000 values");
  assertEquals(received, [ping(1)]);
});
