import { assertEquals, assertRejects } from "@std/assert";
import { byteChunks } from "../../../src/mcp/transport/byte_chunks.ts";

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

Deno.test("all that comes is read, also from a pipe that has nothing now and then", async () => {
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
