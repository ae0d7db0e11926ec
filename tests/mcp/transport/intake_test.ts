import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { errorOf, line, ping, started, whole } from "./started_transport.ts";
import { Wire } from "./wire.ts";

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

Deno.test("an id that is in use is refused, and the first request is still answered", async () => {
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
