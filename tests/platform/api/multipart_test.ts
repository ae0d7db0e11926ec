import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import {
  FileChangedError,
  type FilePart,
  multipartStream,
} from "../../../src/platform/api/multipart.ts";
import { SecretScanner } from "../../../src/safety/secrets/secret_scanner.ts";

const BOUNDARY = "molecule-test-boundary";

/** Writes the files, and what another implementation of multipart reads from the stream. */
async function roundTrip(contents: readonly { name: string; bytes: Uint8Array<ArrayBuffer> }[]) {
  const directory = await Deno.makeTempDir();
  try {
    const parts: FilePart[] = [];
    for (const [i, { name, bytes }] of contents.entries()) {
      const path = join(directory, String(i));
      await Deno.writeFile(path, bytes);
      parts.push({ path, name, size: bytes.length, contentType: "text/csv" });
    }
    return await read(parts);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function read(parts: readonly FilePart[]) {
  const form = await new Response(multipartStream(parts, BOUNDARY), {
    headers: { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` },
  }).formData();
  const files = form.getAll("files").filter((entry) => entry instanceof File);
  return await Promise.all(files.map(async (file) => ({
    name: file.name,
    type: file.type,
    bytes: await file.bytes(),
  })));
}

const text = (content: string) => new TextEncoder().encode(content);

Deno.test("files arrive with name, type and every byte, in order", async () => {
  const files = [
    { name: "one.csv", bytes: text("a,b\n1,2\n") },
    { name: "two.csv", bytes: new Uint8Array([0, 255, 13, 10, 45, 45]) },
    { name: "empty.csv", bytes: new Uint8Array() },
  ];
  assertEquals(await roundTrip(files), files.map((file) => ({ ...file, type: "text/csv" })));
});

Deno.test("a file larger than any buffer arrives whole", async () => {
  const bytes = new Uint8Array(300_000).map((_, i) => i % 251);
  const [file] = await roundTrip([{ name: "large", bytes }]);
  assertEquals(file?.bytes, bytes);
});

Deno.test("whatever the bytes are, they arrive unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }), async (all) => {
      const files = all.map((bytes, i) => ({ name: `f${i}`, bytes: new Uint8Array(bytes) }));
      const arrived = await roundTrip(files);
      assertEquals(arrived.map(({ bytes }) => bytes), files.map(({ bytes }) => bytes));
    }),
    { numRuns: 30 },
  );
});

Deno.test("a file name cannot close its header or add another", async () => {
  const path = await Deno.makeTempFile();
  const name = 'a"; filename="b.exe\r\nX-Evil: 1\r\n\r\nbody';
  const part = { path, name, size: 0, contentType: "text/plain" };
  const sent = await new Response(multipartStream([part], BOUNDARY)).text();
  assertEquals(sent.split("\r\n"), [
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="files"; ' +
    'filename="a%22; filename=%22b.exe%0D%0AX-Evil: 1%0D%0A%0D%0Abody"',
    "Content-Type: text/plain",
    "",
    "",
    `--${BOUNDARY}--`,
    "",
  ]);
  await Deno.remove(path);
});

for (const [what, size] of [["grown", 2], ["shrunk", 4]] as const) {
  Deno.test(`a file that has ${what} since it was checked breaks the stream off`, async () => {
    const path = await Deno.makeTempFile();
    await Deno.writeTextFile(path, "abc");
    const part = { path, name: "f", size, contentType: "text/plain" };
    await assertRejects(() => read([part]), FileChangedError, `${path} changed while it was sent`);
    await Deno.remove(path);
  });
}

Deno.test("a file that is gone or has become a directory breaks the stream off", async () => {
  const path = await Deno.makeTempDir();
  const part = { path, name: "f", size: 3, contentType: "text/plain" };
  await assertRejects(() => read([part]), FileChangedError);
  await Deno.remove(path);
  await assertRejects(() => read([part]), FileChangedError);
});

Deno.test("another file at the same path is not sent, however alike", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "abc");
  const { dev, ino, mtime } = await Deno.lstat(path);
  const identity = { dev, ino, modifiedMs: mtime?.getTime() };
  const part = { path, name: "f", size: 3, contentType: "text/plain", identity };
  assertEquals((await read([part]))[0]?.bytes, text("abc"));

  await Deno.writeTextFile(`${path}.new`, "xyz");
  await Deno.utime(`${path}.new`, mtime ?? 0, mtime ?? 0);
  await Deno.rename(`${path}.new`, path);
  await assertRejects(() => read([part]), FileChangedError);
  const again = { ...part, identity: { ...identity, ino: (await Deno.lstat(path)).ino } };
  await read([again]);
  await Deno.utime(path, 1, 1);
  await assertRejects(() => read([again]), FileChangedError);
  await Deno.remove(path);
});

Deno.test("of a secret that came into a file after the check not one byte is sent", async () => {
  const secret = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";
  const path = await Deno.makeTempFile();
  for (const before of [0, 10, 64 * 1024 - 5, 64 * 1024, 200_000]) {
    const content = "x".repeat(before) + secret + "y".repeat(100_000);
    await Deno.writeTextFile(path, content);
    const scanner = new SecretScanner([secret]);
    const part = { path, name: "f", size: content.length, contentType: "text/plain", scanner };
    let sent = "";
    await assertRejects(async () => {
      for await (const bytes of multipartStream([part], BOUNDARY)) {
        sent += new TextDecoder().decode(bytes);
      }
    }, FileChangedError);
    assertEquals(/[^x]$/.test(sent.slice(sent.indexOf("\r\n\r\n") + 4)), false);
  }
  // Held back bytes arrive when there is none.
  const harmless = "z".repeat(70_000) + secret.slice(1);
  await Deno.writeTextFile(path, harmless);
  const scanner = new SecretScanner([secret]);
  const part = { path, name: "f", size: harmless.length, contentType: "text/plain", scanner };
  assertEquals((await read([part]))[0]?.bytes, text(harmless));
  await Deno.remove(path);
});
