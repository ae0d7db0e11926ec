import { assertEquals, assertRejects } from "@std/assert";
import { LineOutput } from "../../../src/mcp/transport/line_output.ts";
import { WHOLE_BYTES } from "../../../src/lib/write_all.ts";

/** A sink whose writes end when the test says so. */
class SlowSink {
  readonly writes: string[] = [];
  readonly #pending: PromiseWithResolvers<number>[] = [];

  write(bytes: Uint8Array): Promise<number> {
    this.writes.push(new TextDecoder().decode(bytes));
    const pending = Promise.withResolvers<number>();
    this.#pending.push(pending);
    return pending.promise.then(() => bytes.byteLength);
  }

  /** Ends the oldest write. */
  async take(error?: Error): Promise<void> {
    const pending = this.#pending.shift();
    if (error) pending?.reject(error);
    else pending?.resolve(0);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function outputTo(sink: SlowSink, onRoom = () => {}): LineOutput {
  return new LineOutput(sink, onRoom);
}

Deno.test("lines that wait while another is written go out together, in order", async () => {
  const sink = new SlowSink();
  const output = outputTo(sink);
  const written = ["a", "b", "c"].map((line) => output.write(line));
  await sink.take();
  await sink.take();
  await Promise.all([...written, output.idle()]);
  assertEquals(sink.writes, ["a\n", "b\nc\n"]);
});

Deno.test("what goes out together is never more than a pipe takes whole", async () => {
  const sink = new SlowSink();
  const output = outputTo(sink);
  const half = "x".repeat(WHOLE_BYTES / 2 - 1);
  const written = ["a", half, half, "b", "y".repeat(WHOLE_BYTES)].map((line) => output.write(line));
  // The longest line takes two writes, as it does alone.
  for (let i = 0; i < 5; i++) await sink.take();
  await Promise.all(written);
  assertEquals(sink.writes.slice(0, 3), ["a\n", `${half}\n${half}\n`, "b\n"]);
  assertEquals(sink.writes.slice(3).join(""), `${"y".repeat(WHOLE_BYTES)}\n`);
});

Deno.test("each line that was not written tells so, and the next one is tried", async () => {
  const sink = new SlowSink();
  const output = outputTo(sink);
  const first = output.write("a");
  const lost = ["b", "c"].map((line) =>
    assertRejects(() => output.write(line), Deno.errors.BrokenPipe)
  );
  await sink.take();
  await sink.take(new Deno.errors.BrokenPipe("gone"));
  await Promise.all([first, ...lost, output.idle()]);
  const last = output.write("d");
  await sink.take();
  await last;
  assertEquals(sink.writes, ["a\n", "b\nc\n", "d\n"]);
});

Deno.test("there is room again also when it became full during the write that makes room", async () => {
  const sink = new SlowSink();
  let rooms = 0;
  const output = outputTo(sink, () => rooms += 1);
  const written = [output.write("a")];
  while (!output.full) written.push(output.write("b"));
  await sink.take();
  assertEquals([output.full, rooms], [false, 1]);
  while (sink.writes.join("").length < 2 * written.length) await sink.take();
  await sink.take();
  await Promise.all(written);
});
