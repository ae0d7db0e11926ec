import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { ReceivedFile } from "../../../src/inbox/files/attachments.ts";
import { ReceivedFiles } from "../../../src/inbox/files/received_files.ts";
import { type FaultOutcome, truncated } from "../../../src/local/start.ts";
import type { RecordedRequest } from "../../../src/local/server/recorder.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { InboxHarness } from "../inbox_harness.ts";

Deno.test("a file is fetched, safe on disk, and only then acknowledged", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  let onDisk: string | undefined;
  harness.platform.faults.use((request): FaultOutcome => {
    if (isAck(request)) onDisk = Deno.readTextFileSync(pathOf(fetcher, harness, file));
    return undefined;
  });
  const fetcher = fetcherOf(harness);
  await fetcher.fetchAll([file], harness.signal);
  assertEquals(onDisk, "content of a.txt");
  assertEquals(calls(harness), ["GET content", "POST ack"]);
  assertEquals(harness.lines, []);
});

Deno.test("at most four files are under way at once, and all arrive", async () => {
  await using harness = await InboxHarness.start();
  const files = await staged(harness, ...Array.from({ length: 11 }, (_, index) => `${index}.txt`));
  let underWay = 0;
  let most = 0;
  harness.platform.faults.use(async (request) => {
    if (!isContent(request)) return undefined;
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 5)); // So that others can come meanwhile.
    return undefined;
  });
  harness.platform.faults.after((request) => {
    if (isContent(request)) underWay -= 1;
    return undefined;
  });
  const fetcher = fetcherOf(harness);
  await fetcher.fetchAll(files, harness.signal);
  assert(most > 1 && most <= 4, `${most} at once`);
  for (const file of files) assert(pathOf(fetcher, harness, file));
});

Deno.test("a file that two rows name is fetched once", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  await fetcherOf(harness).fetchAll([file, { ...file, name: "b.txt" }], harness.signal);
  assertEquals(calls(harness), ["GET content", "POST ack"]);
});

Deno.test("only URIs of this workspace lead to a file", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  const fetcher = fetcherOf(harness);
  const other = `platform-pending:${crypto.randomUUID()}/${file.fileId}`;
  const odd = [other, `workspace:${file.fileId}`, "", `platform-pending:${harness.id}/../x`];
  await fetcher.fetchAll([file], harness.signal);
  assertEquals(odd.map((uri) => fetcher.localPath(uri)), odd.map(() => undefined));
  assert(fetcher.localPath(`platform-pending:${harness.id}/${file.fileId.toUpperCase()}`));
});

Deno.test("an acknowledgement that fails is reported, and the file is there anyway", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  harness.platform.faults.use((request) =>
    isAck(request) ? Response.json({ error: "x" }, { status: 500 }) : undefined
  );
  const fetcher = fetcherOf(harness);
  await fetcher.fetchAll([file], harness.signal);
  assert(pathOf(fetcher, harness, file));
  assertStringIncludes(
    harness.lines.join(),
    "The file a.txt was saved, but acknowledging it failed",
  );
});

const TROUBLES: readonly (readonly [string, () => FaultOutcome, number])[] = [
  ["404", () => Response.json({ error: "pending upload not found" }, { status: 404 }), 1],
  ["400", () => Response.json({ error: "invalid file_id" }, { status: 400 }), 1],
  ["401", () => Response.json({ error: "invalid token" }, { status: 401 }), 1],
  ["500", () => Response.json({ error: "storage error" }, { status: 500 }), 3],
  ["a connection cut without a byte", () => "drop", 3],
  ["half a file", () => truncated("half a fi"), 3],
  [
    "more patience than messages behind it should have",
    () => new Response(null, { status: 429, headers: { "Retry-After": "61" } }),
    1,
  ],
];

for (const [name, fault, attempts] of TROUBLES) {
  Deno.test(`${name}: the file is reported after ${attempts} attempt(s), and nothing is left`, async () => {
    await using harness = await InboxHarness.start();
    const [file] = await staged(harness, "a.txt");
    harness.platform.faults.use((request) => isContent(request) ? fault() : undefined);
    const fetcher = fetcherOf(harness);
    await fetcher.fetchAll([file], harness.signal);
    assertEquals(calls(harness), Array(attempts).fill("GET content"));
    assertEquals(fetcher.localPath(uriOf(harness, file)), undefined);
    assertEquals(harness.lines.length, 1);
    assertStringIncludes(harness.lines.join(), `Cannot fetch the file a.txt`);
    assertEquals(await left(harness), []);
  });
}

Deno.test("a file larger than the limit is reported, not tried again", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  harness.platform.faults.use((request) =>
    isContent(request) ? new Response(new Uint8Array(25 * 1024 * 1024 + 1)) : undefined
  );
  await fetcherOf(harness).fetchAll([file], harness.signal);
  assertEquals(calls(harness), ["GET content"]);
  assertStringIncludes(harness.lines.join(), "larger than 25 MiB");
  assertEquals(await left(harness), []);
});

Deno.test("passing trouble is over at the second attempt, after the time that was asked for", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  let refused = false;
  harness.platform.faults.use((request) => {
    if (!isContent(request) || refused) return undefined;
    refused = true;
    return new Response(null, { status: 429, headers: { "Retry-After": "30" } });
  });
  using time = new FakeTime();
  const fetcher = fetcherOf(harness);
  await time.until(fetcher.fetchAll([file], harness.signal));
  assert(time.elapsedMs >= 30_000, `${time.elapsedMs} ms`);
  assert(pathOf(fetcher, harness, file));
});

Deno.test("a platform that does not answer holds the messages behind it for a minute, not for three", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  harness.platform.faults.use((request) => isContent(request) ? "hang" : undefined);
  using time = new FakeTime();
  const asked = harness.platform.nextRequest(isContent);
  const fetched = fetcherOf(harness).fetchAll([file], harness.signal);
  await asked;
  time.tick(60_000);
  await fetched;
  assertStringIncludes(harness.lines.join(), "did not answer within 60 s");
});

Deno.test("the signal ends it in the middle of a file, without a word and a trace", async () => {
  await using harness = await InboxHarness.start();
  const files = await staged(harness, "a.txt", "b.txt", "c.txt", "d.txt", "e.txt");
  harness.platform.faults.use((request) => isContent(request) ? halfAnOpenFile() : undefined);
  const stop = new AbortController();
  const asked = harness.platform.nextRequest(isContent);
  const fetched = fetcherOf(harness).fetchAll(files, stop.signal);
  await (await asked).answered;
  stop.abort();
  await fetched;
  assertEquals(harness.lines, []);
  assertEquals(await left(harness), []);
});

Deno.test("a file of before a restart is acknowledged once more, and nobody hears that it was", async () => {
  await using harness = await InboxHarness.start();
  const [file] = await staged(harness, "a.txt");
  await fetcherOf(harness).fetchAll([file], harness.signal);
  const again = fetcherOf(harness);
  await again.removeExpired();
  await again.fetchAll([file], harness.signal);
  assertEquals(calls(harness), ["GET content", "POST ack", "POST ack"]);
  assert(pathOf(again, harness, file));
  assertEquals(harness.lines, []);
});

Deno.test("a directory that cannot be read is reported, and is not a reason to fail", async () => {
  await using harness = await InboxHarness.start();
  await Deno.writeTextFile(join(harness.stateDir, "chat-uploads"), "a file is in the way");
  await fetcherOf(harness).removeExpired();
  assertStringIncludes(harness.lines.join(), "Cannot tidy up");
});

/** Files that the user has sent. */
async function staged<Names extends string[]>(
  harness: InboxHarness,
  ...names: Names
): Promise<{ [Index in keyof Names]: ReceivedFile }> {
  const files = await harness.platform.uploadAsUser(
    harness.id,
    names.map((name) => ({ name, content: `content of ${name}` })),
  );
  harness.platform.clearRequests();
  return files.map(({ uri, name }) => ({ fileId: uri.split("/").at(-1) ?? "", name })) as {
    [Index in keyof Names]: ReceivedFile;
  };
}

function fetcherOf(harness: InboxHarness): ReceivedFiles {
  return new ReceivedFiles(harness.client, {
    stateDir: harness.stateDir,
    log: harness.log,
    retryMs: 1,
  });
}

function uriOf(harness: InboxHarness, { fileId }: ReceivedFile): string {
  return `platform-pending:${harness.id}/${fileId}`;
}

function pathOf(fetcher: ReceivedFiles, harness: InboxHarness, file: ReceivedFile): string {
  const path = fetcher.localPath(uriOf(harness, file));
  assert(path, `Expected ${file.name} to be here`);
  return path;
}

/** What is in the directory. */
async function left(harness: InboxHarness): Promise<string[]> {
  const directory = join(harness.stateDir, "chat-uploads");
  try {
    return await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return []; // It was never needed.
    throw error;
  }
}

function calls({ platform }: InboxHarness): string[] {
  return platform.requests.filter(({ path }) => path.includes("/pending-uploads/"))
    .map(({ method, path }) => `${method} ${path.split("/").at(-1)}`);
}

function isContent({ path }: RecordedRequest): boolean {
  return path.endsWith("/content");
}

function isAck({ path }: RecordedRequest): boolean {
  return path.endsWith("/ack");
}

/** Half a file, whose other half never comes. */
function halfAnOpenFile(): Response {
  return new Response(
    new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1_000)) }),
  );
}
