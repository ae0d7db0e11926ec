import { assertEquals, assertRejects } from "@std/assert";
import { begun, byteChunks } from "../../../src/mcp/transport/byte_chunks.ts";

/** A source that gives these, one at a time; an error is thrown. */
function sourceOf(...steps: (string | Error)[]) {
  return {
    read: (buffer: Uint8Array): Promise<number | null> => {
      const step = steps.shift();
      if (step instanceof Error) return Promise.reject(step);
      if (step === undefined) return Promise.resolve(null);
      return Promise.resolve(new TextEncoder().encodeInto(step, buffer).written);
    },
  };
}

Deno.test("everything that comes is read, even from a pipe that is empty now and then", async () => {
  const nothing = () => new Deno.errors.WouldBlock("Resource temporarily unavailable");
  const source = sourceOf(nothing(), "a", nothing(), nothing(), "bc", "d", nothing());
  const chunks = (await Array.fromAsync(byteChunks(source))).map((chunk) =>
    new TextDecoder().decode(chunk)
  );
  assertEquals(chunks, ["a", "bc", "d"]);
});

Deno.test("any other failure ends it", async () => {
  const source = sourceOf("a", new Deno.errors.BadResource("closed"));
  await assertRejects(() => Array.fromAsync(byteChunks(source)), Deno.errors.BadResource);
});

Deno.test("a piece stays what it is while the next one is read", async () => {
  const chunks = await Array.fromAsync(byteChunks(sourceOf("one", "two")));
  assertEquals(chunks.map((chunk) => new TextDecoder().decode(chunk)), ["one", "two"]);
  assertEquals(chunks.map(({ buffer }) => buffer.byteLength), [3, 3]);
});

Deno.test("a stream that was begun has been asked for its first piece, and gives all of them", async () => {
  let asked = 0;
  const source = sourceOf("one", "two");
  const chunks = begun(byteChunks({
    read: (buffer) => {
      asked += 1;
      return source.read(buffer);
    },
  }));
  assertEquals(asked, 1);
  const texts = (await Array.fromAsync(chunks)).map((chunk) => new TextDecoder().decode(chunk));
  assertEquals(texts, ["one", "two"]);
});

Deno.test("what fails before anybody reads is thrown to whoever reads, and ends no process", async () => {
  const chunks = begun(byteChunks(sourceOf(new Deno.errors.BadResource("closed"))));
  await new Promise((resolve) => setTimeout(resolve));
  await assertRejects(() => Array.fromAsync(chunks), Deno.errors.BadResource);
});
