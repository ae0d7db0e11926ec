import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type PendingUpload, UploadFetcher } from "../../src/inbox/files/uploads.ts";
import { type FaultOutcome, truncated } from "../../src/local/platform.ts";
import type { RecordedRequest } from "../../src/local/server/recorder.ts";
import { FakeTime } from "../support/fake_time.ts";
import { Stage } from "./stage.ts";

Deno.test("a file is fetched, safe on disk, and only then acknowledged", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  let onDisk: string | undefined;
  stage.platform.faults.use((request): FaultOutcome => {
    if (isAck(request)) onDisk = Deno.readTextFileSync(pathOf(fetcher, stage, file));
    return undefined;
  });
  const fetcher = fetcherOf(stage);
  await fetcher.fetchAll([file], stage.signal);
  assertEquals(onDisk, "content of a.txt");
  assertEquals(calls(stage), ["GET content", "POST ack"]);
  assertEquals(stage.lines, []);
});

Deno.test("at most four files are under way at once, and all arrive", async () => {
  await using stage = await Stage.set();
  const files = await staged(stage, ...Array.from({ length: 11 }, (_, index) => `${index}.txt`));
  let underWay = 0;
  let most = 0;
  stage.platform.faults.use(async (request) => {
    if (!isContent(request)) return undefined;
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 5)); // So that others can come meanwhile.
    return undefined;
  });
  stage.platform.faults.after((request) => {
    if (isContent(request)) underWay -= 1;
    return undefined;
  });
  const fetcher = fetcherOf(stage);
  await fetcher.fetchAll(files, stage.signal);
  assert(most > 1 && most <= 4, `${most} at once`);
  for (const file of files) assert(pathOf(fetcher, stage, file));
});

Deno.test("a file that two rows name is fetched once", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  await fetcherOf(stage).fetchAll([file, { ...file, name: "b.txt" }], stage.signal);
  assertEquals(calls(stage), ["GET content", "POST ack"]);
});

Deno.test("only URIs of this workspace lead to a file", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  const fetcher = fetcherOf(stage);
  const other = `platform-pending:${crypto.randomUUID()}/${file.fileId}`;
  const odd = [other, `workspace:${file.fileId}`, "", `platform-pending:${stage.id}/../x`];
  await fetcher.fetchAll([file], stage.signal);
  assertEquals(odd.map((uri) => fetcher.localPath(uri)), odd.map(() => undefined));
  assert(fetcher.localPath(`platform-pending:${stage.id}/${file.fileId.toUpperCase()}`));
});

Deno.test("an acknowledgement that fails is told, and the file is there all the same", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  stage.platform.faults.use((request) =>
    isAck(request) ? Response.json({ error: "x" }, { status: 500 }) : undefined
  );
  const fetcher = fetcherOf(stage);
  await fetcher.fetchAll([file], stage.signal);
  assert(pathOf(fetcher, stage, file));
  assertStringIncludes(stage.lines.join(), "The file a.txt is here, but acknowledging it failed");
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
    await using stage = await Stage.set();
    const [file] = await staged(stage, "a.txt");
    stage.platform.faults.use((request) => isContent(request) ? fault() : undefined);
    const fetcher = fetcherOf(stage);
    await fetcher.fetchAll([file], stage.signal);
    assertEquals(calls(stage), Array(attempts).fill("GET content"));
    assertEquals(fetcher.localPath(uriOf(stage, file)), undefined);
    assertEquals(stage.lines.length, 1);
    assertStringIncludes(stage.lines.join(), `Cannot fetch the file a.txt`);
    assertEquals(await left(stage), []);
  });
}

Deno.test("a file larger than the limit is reported, not tried again", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  stage.platform.faults.use((request) =>
    isContent(request) ? new Response(new Uint8Array(25 * 1024 * 1024 + 1)) : undefined
  );
  await fetcherOf(stage).fetchAll([file], stage.signal);
  assertEquals(calls(stage), ["GET content"]);
  assertStringIncludes(stage.lines.join(), "larger than 25 MiB");
  assertEquals(await left(stage), []);
});

Deno.test("passing trouble is over at the second attempt, after the time that was asked for", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  let refused = false;
  stage.platform.faults.use((request) => {
    if (!isContent(request) || refused) return undefined;
    refused = true;
    return new Response(null, { status: 429, headers: { "Retry-After": "30" } });
  });
  using time = new FakeTime();
  const fetcher = fetcherOf(stage);
  await time.until(fetcher.fetchAll([file], stage.signal));
  assert(time.elapsedMs >= 30_000, `${time.elapsedMs} ms`);
  assert(pathOf(fetcher, stage, file));
});

Deno.test("a platform that does not answer holds the messages behind it for a minute, not for three", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  stage.platform.faults.use((request) => isContent(request) ? "hang" : undefined);
  using time = new FakeTime();
  const asked = stage.platform.nextRequest(isContent);
  const fetched = fetcherOf(stage).fetchAll([file], stage.signal);
  await asked;
  time.tick(60_000);
  await fetched;
  assertStringIncludes(stage.lines.join(), "did not answer within 60 s");
});

Deno.test("the signal ends it in the middle of a file, without a word and a trace", async () => {
  await using stage = await Stage.set();
  const files = await staged(stage, "a.txt", "b.txt", "c.txt", "d.txt", "e.txt");
  stage.platform.faults.use((request) => isContent(request) ? halfAnOpenFile() : undefined);
  const stop = new AbortController();
  const asked = stage.platform.nextRequest(isContent);
  const fetched = fetcherOf(stage).fetchAll(files, stop.signal);
  await (await asked).answered;
  stop.abort();
  await fetched;
  assertEquals(stage.lines, []);
  assertEquals(await left(stage), []);
});

Deno.test("a file of before a restart is acknowledged once more, and nobody hears that it was", async () => {
  await using stage = await Stage.set();
  const [file] = await staged(stage, "a.txt");
  await fetcherOf(stage).fetchAll([file], stage.signal);
  const again = fetcherOf(stage);
  await again.removeExpired();
  await again.fetchAll([file], stage.signal);
  assertEquals(calls(stage), ["GET content", "POST ack", "POST ack"]);
  assert(pathOf(again, stage, file));
  assertEquals(stage.lines, []);
});

Deno.test("a directory that cannot be read is told, and is no reason to fail", async () => {
  await using stage = await Stage.set();
  await Deno.writeTextFile(join(stage.stateDir, "chat-uploads"), "a file is in the way");
  await fetcherOf(stage).removeExpired();
  assertStringIncludes(stage.lines.join(), "Cannot tidy up");
});

/** Files that the user has sent. */
async function staged<Names extends string[]>(
  stage: Stage,
  ...names: Names
): Promise<{ [Index in keyof Names]: PendingUpload }> {
  const files = await stage.platform.uploadAsUser(
    stage.id,
    names.map((name) => ({ name, content: `content of ${name}` })),
  );
  stage.platform.clearRequests();
  return files.map(({ uri, name }) => ({ fileId: uri.split("/").at(-1) ?? "", name })) as {
    [Index in keyof Names]: PendingUpload;
  };
}

function fetcherOf(stage: Stage): UploadFetcher {
  return new UploadFetcher(stage.client, { stateDir: stage.stateDir, log: stage.log, retryMs: 1 });
}

function uriOf(stage: Stage, { fileId }: PendingUpload): string {
  return `platform-pending:${stage.id}/${fileId}`;
}

function pathOf(fetcher: UploadFetcher, stage: Stage, file: PendingUpload): string {
  const path = fetcher.localPath(uriOf(stage, file));
  assert(path, `Expected ${file.name} to be here`);
  return path;
}

/** What is in the directory. */
async function left(stage: Stage): Promise<string[]> {
  const directory = join(stage.stateDir, "chat-uploads");
  try {
    return await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return []; // It was never needed.
    throw error;
  }
}

function calls({ platform }: Stage): string[] {
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
