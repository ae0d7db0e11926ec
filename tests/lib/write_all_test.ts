import { assertEquals, assertRejects } from "@std/assert";
import { writeAll } from "../../src/lib/write_all.ts";
import { FakeTime } from "../support/fake_time.ts";

const BYTES = new TextEncoder().encode("one line\n");

Deno.test("a sink that takes little at a time, and sometimes nothing, gets it all once", async () => {
  using time = new FakeTime();
  const written: number[] = [];
  let turn = 0;
  const write = (bytes: Uint8Array): Promise<number> => {
    if (turn++ % 2 === 0) return Promise.reject(new Deno.errors.WouldBlock("not now"));
    written.push(...bytes.subarray(0, 2));
    return Promise.resolve(Math.min(2, bytes.byteLength));
  };
  await time.until(writeAll({ write }, BYTES));
  assertEquals(new TextDecoder().decode(new Uint8Array(written)), "one line\n");
});

Deno.test("any other failure is one", async () => {
  const write = () => Promise.reject(new Deno.errors.BrokenPipe("gone"));
  await assertRejects(() => writeAll({ write }, BYTES), Deno.errors.BrokenPipe);
});

Deno.test("a sink that keeps what it did not tell of, as Deno's stdout does, gets each byte once", async () => {
  const line = new TextEncoder().encode(`${"0123456789".repeat(20_000)}\n`);
  using time = new FakeTime();
  const written: number[] = [];
  let room = 0;
  const write = (bytes: Uint8Array): Promise<number> => {
    const taken = bytes.subarray(0, room);
    // A reader that takes its time, and leaves room for whole pages, as a pipe has it.
    room = room === 0 ? 64 * 1024 : 0;
    written.push(...taken);
    const endsInside = bytes.at(-1) === 0x0a && taken.byteLength < bytes.byteLength;
    return endsInside || taken.byteLength === 0
      ? Promise.reject(new Deno.errors.WouldBlock("not now"))
      : Promise.resolve(taken.byteLength);
  };
  await time.until(writeAll({ write }, line));
  assertEquals(written.length, line.byteLength);
});
