import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, dirname, join } from "@std/path";
import fc from "fast-check";
import {
  FileTooLargeError,
  ReceivedFileStore,
} from "../../../src/inbox/files/received_file_store.ts";
import { NO_LINKS, NO_MODES, testUnless } from "../../support/test_unless.ts";

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const FILE_ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const HEX = FILE_ID.replaceAll("-", "");

Deno.test("a file is there under its id and name, private, with what was sent", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(dir.path);
  assertEquals(store.path(FILE_ID), undefined);
  const path = await store.save(FILE_ID, "tide table.csv", chunks("06:12", ",4.1\n"));
  assertEquals(path, join(dir.path, `${HEX}-tide_table.csv`));
  assertEquals(store.path(FILE_ID.toUpperCase()), path);
  assertEquals(await Deno.readTextFile(path), "06:12,4.1\n");
  if (Deno.build.os === "windows") return;
  assertEquals(await modeOf(path), 0o600);
  assertEquals(await modeOf(dir.path), 0o700);
});

Deno.test("a file is received below a path of over 260 characters", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(
    join(dir.path, ...["a", "b"].map((part) => part.repeat(120))),
  );
  const path = await store.save(FILE_ID, `${"n".repeat(200)}.csv`, chunks("x"));
  assert(path.length > 260);
  assertEquals(await Deno.readTextFile(path), "x");
  await store.tidy(Date.now() + 31 * DAY_MS);
  assertEquals(store.path(FILE_ID), undefined);
  await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
});

Deno.test("a name that Windows changes or keeps for itself arrives all the same", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(dir.path);
  for (
    const name of ["NUL", "con.txt", "report. ", "a.csv...", "a.csv:stream", "what?*.txt", "COM¹"]
  ) {
    const fileId = crypto.randomUUID();
    const path = await store.save(fileId, name, chunks(name));
    assertEquals(await Deno.readTextFile(path), name);
    // The directory shows the very name under which it was saved.
    const names = await Array.fromAsync(Deno.readDir(dir.path), (entry) => entry.name);
    assert(names.includes(basename(path)), `${name}: ${names}`);
  }
});

testUnless(NO_LINKS, {
  name: "a link in place of the directory is refused: nothing is written or removed behind it",
  fn: async () => {
    await using dir = await storeDirectory();
    const outside = `${dir.path}-outside`;
    await Deno.mkdir(outside);
    const old = join(outside, `${HEX}-old.txt`);
    await Deno.writeTextFile(old, "precious");
    await Deno.utime(old, 0, 0);
    await Deno.symlink(outside, dir.path);
    const store = new ReceivedFileStore(dir.path);
    await assertRejects(() => store.tidy(Date.now()), Error, "no link");
    await assertRejects(() => store.save(FILE_ID, "x", chunks("x")), Error, "no link");
    assertEquals([...Deno.readDirSync(outside)].map(({ name }) => name), [basename(old)]);
  },
});

testUnless(NO_MODES, {
  name: "a directory that others may enter is made private",
  fn: async () => {
    await using dir = await storeDirectory();
    await Deno.mkdir(dir.path);
    await Deno.chmod(dir.path, 0o755);
    await new ReceivedFileStore(dir.path).save(FILE_ID, "a", chunks("a"));
    assertEquals(await modeOf(dir.path), 0o700);
  },
});

Deno.test("a file is not there before it is whole", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(dir.path);
  const half = Promise.withResolvers<void>();
  const rest = Promise.withResolvers<void>();
  const saved = store.save(
    FILE_ID,
    "a.txt",
    ReadableStream.from((async function* () {
      yield new TextEncoder().encode("half");
      half.resolve();
      await rest.promise;
      yield new TextEncoder().encode(" and half");
    })()),
  );
  await half.promise;
  assertEquals(store.path(FILE_ID), undefined);
  assert((await names(dir.path)).every((name) => name.startsWith(".partial-")));
  rest.resolve();
  assertEquals(await Deno.readTextFile(await saved), "half and half");
  assertEquals(await names(dir.path), [`${HEX}-a.txt`]);
});

Deno.test("nothing is left of a body that breaks off", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(dir.path);
  const broken = ReadableStream.from((async function* () {
    yield new Uint8Array(10);
    await Promise.resolve();
    throw new TypeError("the connection broke");
  })());
  await assertRejects(() => store.save(FILE_ID, "a", broken), TypeError, "the connection broke");
  assertEquals([await names(dir.path), store.path(FILE_ID)], [[], undefined]);
});

Deno.test("25 MiB are taken, one byte more ends the stream and leaves nothing", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(dir.path);
  let taken = 0;
  const endless = (limit: number) =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        const size = Math.min(MIB, limit - taken);
        if (size === 0) return controller.close();
        taken += size;
        controller.enqueue(new Uint8Array(size));
      },
    });
  const path = await store.save(FILE_ID, "largest", endless(25 * MIB));
  assertEquals((await Deno.stat(path)).size, 25 * MIB);
  await Deno.remove(path);

  taken = 0;
  await assertRejects(
    () => store.save(FILE_ID, "too large", endless(100 * MIB)),
    FileTooLargeError,
    "25 MiB",
  );
  assert(taken < 30 * MIB, "the rest is not read");
  assertEquals(await names(dir.path), []);
});

Deno.test("a directory that cannot be made is an error that names it", async () => {
  await using dir = await storeDirectory();
  await Deno.writeTextFile(dir.path, "a file is in the way");
  const store = new ReceivedFileStore(dir.path);
  const error = await assertRejects(() => store.save(FILE_ID, "a", chunks("a")), Error);
  assert(error.message.includes(dir.path), error.message);
});

Deno.test("files of before are found again, after a restart too", async () => {
  await using dir = await storeDirectory();
  const path = await new ReceivedFileStore(dir.path).save(FILE_ID, "a.txt", chunks("a"));
  const store = new ReceivedFileStore(dir.path);
  await store.tidy(Date.now());
  assertEquals(store.path(FILE_ID), path);
});

Deno.test("files of 30 days and partial ones of an hour are removed, others never", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(dir.path);
  const [old, young] = [FILE_ID, FILE_ID.replace("0a1b", "ffff")];
  const oldPath = await store.save(old, "old", chunks("a"));
  const youngPath = await store.save(young, "young", chunks("a"));
  const partial = (age: string) => join(dir.path, `.partial-${HEX}-${age}`);
  const foreign = ["notes.txt", `${HEX}.txt`, ".partial", ".hidden"].map((name) =>
    join(dir.path, name)
  );
  const files = [partial("00000000"), partial("11111111"), ...foreign];
  for (const path of files) await Deno.writeTextFile(path, "x");
  const directory = join(dir.path, `${HEX.replace("0", "1")}-a directory`);
  await Deno.mkdir(directory);

  const nowMs = Date.now() + 30 * DAY_MS;
  const age = async (path: string, ageMs: number) => {
    const time = new Date(nowMs - ageMs);
    await Deno.utime(path, time, time);
  };
  await age(oldPath, 30 * DAY_MS + 60_000);
  await age(youngPath, 30 * DAY_MS - 60_000);
  await age(partial("00000000"), 3_660_000);
  await age(partial("11111111"), 3_540_000);
  for (const path of [...foreign, directory]) await age(path, 365 * DAY_MS);
  await store.tidy(nowMs);

  const left = [youngPath, partial("11111111"), ...foreign, directory].map((path) =>
    basename(path)
  );
  assertEquals(await names(dir.path), left.sort());
  assertEquals([store.path(old), store.path(young)], [undefined, youngPath]);
});

Deno.test("without a directory there is nothing to tidy up", async () => {
  await using dir = await storeDirectory();
  await new ReceivedFileStore(dir.path).tidy(Date.now());
});

Deno.test("property: whatever a file is called, it stays in the directory", async () => {
  await using dir = await storeDirectory();
  const store = new ReceivedFileStore(dir.path);
  const hostile = fc.constantFrom(
    "../../x",
    "/etc/passwd",
    "..",
    "",
    "a\0b",
    "CON",
    "C:\\x",
    "a/b",
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, fc.string({ unit: "binary" })), async (name) => {
      const path = await store.save(FILE_ID, name, chunks("x"));
      assertEquals(dirname(path), dir.path);
      assertMatch(basename(path), /^[0-9a-f]{32}-[A-Za-z0-9._-]{1,100}$/);
      await Deno.remove(path);
    }),
    { numRuns: 20 },
  );
});

/** The place of a directory that is not there yet. */
async function storeDirectory() {
  const parent = await Deno.makeTempDir({ prefix: "molecule-received-" });
  return {
    path: join(parent, "chat-uploads"),
    [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }),
  };
}

function chunks(...texts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(texts.map((text) => new TextEncoder().encode(text)));
}

async function names(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}
