import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { StderrLines } from "../../src/cli/stderr_lines.ts";

/** A stderr that takes what is allowed, as a pipe with a slow reader. */
class Pipe {
  text = "";
  failing = false;
  #allowed: number;
  #wake: (() => void) | undefined;

  constructor(allowedBytes = 0) {
    this.#allowed = allowedBytes;
  }

  readonly write = async (bytes: Uint8Array): Promise<number> => {
    await Promise.resolve();
    if (this.failing) throw new Error("No space left on device");
    while (this.#allowed === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    const taken = bytes.subarray(0, this.#allowed);
    this.#allowed -= taken.byteLength;
    this.text += new TextDecoder().decode(taken);
    return taken.byteLength;
  };

  allow(bytes = Infinity): void {
    this.#allowed += bytes;
    this.#wake?.();
  }
}

const PATIENCE_MS = 20_000;

Deno.test("lines are written whole and in order, through a pipe that takes little at a time", async () => {
  const pipe = new Pipe(1);
  const lines = new StderrLines(pipe);
  const expected = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  for (const line of expected) lines.write(line);
  const flushed = lines.flush(PATIENCE_MS);
  for (let i = 0; i < 200; i++) {
    pipe.allow(1);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await flushed;
  assertEquals(pipe.text, expected.map((line) => `${line}\n`).join(""));
});

Deno.test("what does not fit is dropped, counted, and reported in its place once there is room", async () => {
  const pipe = new Pipe();
  const lines = new StderrLines(pipe, { maxWaitingBytes: 200 });
  for (let i = 0; i < 100; i++) lines.write(`line ${i}`.padEnd(49));
  await lines.flush(0);
  assertEquals(pipe.text, "");
  pipe.allow();
  await lines.flush(PATIENCE_MS);
  lines.write("later");
  await lines.flush(PATIENCE_MS);
  assertEquals(pipe.text.split("\n").map((line) => line.trimEnd()), [
    "line 0",
    "line 1",
    "line 2",
    "line 3",
    "[molecule-mcp] 96 lines were dropped here: stderr was not read, or failed",
    "later",
    "",
  ]);
});

Deno.test("every line is written or counted, whenever it is read", async () => {
  const steps = fc.array(fc.oneof(
    fc.nat({ max: 80 }).map((length) => ({ line: "x".repeat(length) })),
    fc.nat({ max: 200 }).map((bytes) => ({ bytes })),
    fc.boolean().map((failing) => ({ failing })),
  ));
  await fc.assert(fc.asyncProperty(steps, async (all) => {
    const pipe = new Pipe();
    const lines = new StderrLines(pipe, { maxWaitingBytes: 300 });
    let written = 0;
    for (const step of all) {
      if ("line" in step) {
        lines.write(step.line);
        written += 1;
      } else if ("failing" in step) pipe.failing = step.failing;
      else pipe.allow(step.bytes);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    pipe.failing = false;
    pipe.allow();
    await lines.flush(PATIENCE_MS);
    // The last line is always told: with it the count of what is missing.
    lines.write("x");
    await lines.flush(PATIENCE_MS);
    const whole = pipe.text.split("\n").filter((line) => /^x*$/.test(line)).length - 1;
    const dropped = [...pipe.text.matchAll(/(\d+) lines? (?:was|were) dropped/g)]
      .reduce((sum, [, count]) => sum + Number(count), 0);
    // A line that failed half-way leaves a part of it behind.
    assert(whole + dropped >= written + 1, `${whole} + ${dropped} of ${written + 1}`);
  }));
});

Deno.test("a stderr that fails harms nothing, and is reported once it works again", async () => {
  const pipe = new Pipe(Infinity);
  pipe.failing = true;
  const lines = new StderrLines(pipe);
  for (let i = 0; i < 3; i++) {
    lines.write(`lost ${i}`);
    await lines.flush(PATIENCE_MS);
  }
  pipe.failing = false;
  lines.write("healed");
  await lines.flush(PATIENCE_MS);
  assertEquals(pipe.text.split("\n"), [
    "[molecule-mcp] 3 lines were dropped here: stderr was not read, or failed",
    "healed",
    "",
  ]);
});

Deno.test("a huge line is cut", async () => {
  const pipe = new Pipe(Infinity);
  const lines = new StderrLines(pipe);
  lines.write("é".repeat(1_000_000));
  await lines.flush(PATIENCE_MS);
  assertEquals(pipe.text.length, 16 * 1024 + 1);
  assert(pipe.text.endsWith("…\n"));
});
