import { AssertionError, assertRejects, assertStringIncludes } from "@std/assert";
import { assertJsonSnapshot, assertSnapshot } from "./snapshot.ts";

async function withSnapshot(text: string, run: (file: URL) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "molecule-snapshot-" });
  try {
    await Deno.writeTextFile(path, text);
    const file = new URL("file:///");
    file.pathname = path.replaceAll("\\", "/");
    await run(file);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("the same text passes, whatever the line ends of the checkout", async () => {
  await withSnapshot("one\r\ntwo\r\n", async (file) => await assertSnapshot("one\ntwo", file));
  await withSnapshot('{\n  "a": 1\n}\n', async (file) => await assertJsonSnapshot({ a: 1 }, file));
});

Deno.test("a difference is told with its line and with what to do", async () => {
  await withSnapshot("one\ntwo\nthree\n", async (file) => {
    const { message } = await assertRejects(
      () => assertSnapshot("one\n2\nthree", file),
      AssertionError,
    );
    assertStringIncludes(message, "from line 2 on:\n  kept: two\n  now:  2\n");
    assertStringIncludes(message, "UPDATE_SNAPSHOTS=1");
  });
});

Deno.test("a text that only goes on longer differs at its end", async () => {
  await withSnapshot("one\n", async (file) => {
    const { message } = await assertRejects(() => assertSnapshot("one\ntwo", file), AssertionError);
    assertStringIncludes(message, "line 2");
  });
});

Deno.test("a missing snapshot is told as such", async () => {
  const file = new URL("no_such_snapshot.txt", import.meta.url);
  const { message } = await assertRejects(() => assertSnapshot("one", file), AssertionError);
  assertStringIncludes(message, "There is no snapshot");
});
