import { assert, assertEquals } from "@std/assert";
import { StdioTransport } from "../../../src/mcp/transport/stdio_transport.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { line, ping, started, whole } from "./started_transport.ts";
import { concat, Wire } from "./wire.ts";

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

Deno.test("every message is one line, whatever its texts contain", async () => {
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
