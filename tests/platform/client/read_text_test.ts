import { assertEquals, assertRejects } from "@std/assert";
import { readText, ReplyTooLargeError } from "../../../src/platform/client/read_text.ts";

/** A response of these chunks, and whether it was cancelled. */
function streamed(...chunks: string[]) {
  const state = { cancelled: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel: () => {
      state.cancelled = true;
    },
  });
  return { response: new Response(stream), state };
}

Deno.test("a body of exactly the limit is read whole", async () => {
  assertEquals(await readText(new Response("12345"), 5), "12345");
});

Deno.test("a body of one byte more is refused, and the rest is not read", async () => {
  const { response, state } = streamed("123", "456");
  await assertRejects(() => readText(response, 5), ReplyTooLargeError, "larger than 5 bytes");
  assertEquals(state.cancelled, true);
});

Deno.test("a body that may be cut is cut at the limit, and the rest is not read", async () => {
  const { response, state } = streamed("123", "456");
  assertEquals(await readText(response, 5, { cut: true }), "12345");
  assertEquals(state.cancelled, true);
});

Deno.test("no body is no text", async () => {
  assertEquals(await readText(new Response(null, { status: 204 }), 5), "");
});

Deno.test("a character split over two chunks stays one character", async () => {
  const bytes = new TextEncoder().encode("né");
  const body = ReadableStream.from([bytes.subarray(0, 2), bytes.subarray(2)]);
  assertEquals(await readText(new Response(body), 10), "né");
});

Deno.test("a body that says that it is too long is refused, and may be cut", async () => {
  const long = () => new Response("123456", { headers: { "Content-Length": "6" } });
  await assertRejects(() => readText(long(), 5), ReplyTooLargeError, "larger than 5 bytes");
  assertEquals(await readText(long(), 5, { cut: true }), "12345");
  assertEquals(await readText(long(), 6), "123456");
});

Deno.test("the stated length of a packed body says nothing about the text", async () => {
  const headers = { "Content-Length": "3", "Content-Encoding": "gzip" };
  const response = new Response("123456", { headers });
  await assertRejects(() => readText(response, 5), ReplyTooLargeError, "larger than 5 bytes");
});
