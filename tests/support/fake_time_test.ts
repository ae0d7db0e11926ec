import { assertEquals } from "@std/assert";
import { startLocalPlatform } from "../../src/local/start.ts";
import { FakeTime } from "./fake_time.ts";

const SLOW_MS = 100;

/** An answer whose bytes come one by one, long after its headers, as from a busy machine. */
function slowAnswer(text: string): Response {
  const { setTimeout } = globalThis;
  const parts = [...text];
  return new Response(
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    }),
  );
}

Deno.test("the time stands still until an answer is read to its end", async () => {
  await using platform = await startLocalPlatform();
  const answer = slowAnswer("abc"); // With the real timers.
  platform.faults.use(() => answer);
  using time = new FakeTime();
  let seen: unknown;
  const reading = fetch(platform.url).then((response) => response.text())
    .then((text) => seen = [text, time.elapsedMs]);
  await time.run(60_000);
  assertEquals(seen, ["abc", 0]);
  await reading;
});

Deno.test("an answer that hangs does not stop it", async () => {
  await using platform = await startLocalPlatform();
  const end = Promise.withResolvers<void>();
  platform.faults.use(() =>
    new Response(
      new ReadableStream({
        start: async (controller) => {
          controller.enqueue(new TextEncoder().encode("a"));
          await end.promise;
          controller.close();
        },
      }),
    )
  );
  using time = new FakeTime({ hangingMs: 50 });
  const response = await fetch(platform.url);
  const text = response.text();
  await time.run(5_000);
  assertEquals(time.elapsedMs, 5_000);
  end.resolve();
  assertEquals(await text, "a");
});

Deno.test("the time stands still while a directory is read", async () => {
  const { readDir } = Deno;
  const { setTimeout } = globalThis;
  Deno.readDir = async function* () {
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS)); // With the real timers.
    yield { name: "a", isFile: true, isDirectory: false, isSymlink: false };
  };
  try {
    using time = new FakeTime();
    let seen: unknown;
    const reading = Array.fromAsync(Deno.readDir("."))
      .then((entries) => seen = [entries.length, time.elapsedMs]);
    await time.run(60_000);
    assertEquals(seen, [1, 0]);
    await reading;
  } finally {
    Deno.readDir = readDir;
  }
});
