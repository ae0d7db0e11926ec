import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, readLines } from "../../../src/mcp/transport/line_reader.ts";

/** The lines of these chunks. */
async function linesOf(
  chunks: readonly (string | Uint8Array)[],
  maxBytes = 1_000_000,
): Promise<Line[]> {
  const bytes = chunks.map((chunk) =>
    typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk
  );
  return await Array.fromAsync(readLines(ReadableStream.from(bytes), maxBytes));
}

const lines = (...texts: string[]): Line[] => texts.map((text) => ({ text }));
const TOO_LONG: Line = { tooLong: true };

Deno.test("a chunk may hold several lines", async () => {
  assertEquals(await linesOf(["one\ntwo\nthree\n"]), lines("one", "two", "three"));
});

Deno.test("a line may be spread over several chunks", async () => {
  assertEquals(await linesOf(["on", "", "e", "\nt", "wo\n"]), lines("one", "two"));
});

Deno.test("a last line without a newline counts", async () => {
  assertEquals(await linesOf(["one\ntwo"]), lines("one", "two"));
});

Deno.test("blank lines are lines", async () => {
  assertEquals(await linesOf(["\n\r\n \n"]), lines("", "\r", " "));
});

Deno.test("no input has no lines", async () => {
  assertEquals(await linesOf([]), []);
  assertEquals(await linesOf([""]), []);
});

Deno.test("bytes that are not UTF-8 become replacement characters", async () => {
  assertEquals(await linesOf([new Uint8Array([0x61, 0xff, 0x0a])]), lines("a\uFFFD"));
});

Deno.test("a line of exactly the limit is kept, one byte more is not", async () => {
  assertEquals(await linesOf(["12345\n"], 5), lines("12345"));
  assertEquals(await linesOf(["123456\n"], 5), [TOO_LONG]);
});

Deno.test("the limit counts bytes, not characters", async () => {
  assertEquals(await linesOf(["ééé\n"], 6), lines("ééé"));
  assertEquals(await linesOf(["ééé\n"], 5), [TOO_LONG]);
});

Deno.test("after a line that is too long the next one is read, wherever the chunks end", async () => {
  const chunkings = [
    ["123456789\nok\n"],
    ["123", "456", "789", "\nok\n"],
    ["123456789", "\n", "ok\n"],
    ["12345", "6789\no", "k\n"],
  ];
  for (const chunks of chunkings) {
    assertEquals(await linesOf(chunks, 5), [TOO_LONG, { text: "ok" }]);
  }
});

Deno.test("a last line that is too long counts too", async () => {
  assertEquals(await linesOf(["ok\n123456"], 5), [{ text: "ok" }, TOO_LONG]);
});

Deno.test("however the bytes are cut into chunks, the lines are the same", async () => {
  const text = fc.array(fc.string({ unit: "grapheme" }).map((s) => s.replaceAll("\n", "⏎")));
  const cuts = fc.array(fc.nat({ max: 400 }));
  await fc.assert(fc.asyncProperty(text, cuts, async (expected, positions) => {
    const bytes = new TextEncoder().encode(expected.map((line) => `${line}\n`).join(""));
    const edges = [0, ...positions.map((p) => p % (bytes.length + 1)).sort((a, b) => a - b)];
    const chunks = edges.map((start, i) => bytes.subarray(start, edges[i + 1] ?? bytes.length));
    // A byte order mark at the start of a line is dropped in decoding.
    assertEquals(
      await linesOf(chunks),
      lines(...expected.map((line) => line.replace(/^\ufeff/, ""))),
    );
  }));
});

Deno.test("leaving early closes the input", async () => {
  let cancelled = false;
  const input = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("line\n")),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const line of readLines(input, 100)) {
    assertEquals(line, { text: "line" });
    break;
  }
  assertEquals(cancelled, true);
});
