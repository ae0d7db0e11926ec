import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startLocalPlatform } from "../../../src/local/start.ts";
import {
  acknowledgeReceivedFile,
  fetchReceivedFile,
} from "../../../src/platform/api/received_files.ts";
import { uploadFiles } from "../../../src/platform/api/sent_files.ts";
import {
  clientAt,
  failureOf,
  jsonServer,
  RawServer,
  TestServer,
  TOKEN,
  WORKSPACE_ID,
} from "../support.ts";

const signal = AbortSignal.timeout(60_000);
const ENTRY = { uri: "platform-pending:w/f", name: "a.csv", mimeType: "text/csv", size: 3 };

async function platformWithWorkspace() {
  const platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout", deliveryMode: "poll" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  return platform;
}

/** A file of this content for one test. */
async function tempFile(name: string, content: string) {
  const directory = await Deno.makeTempDir();
  const path = join(directory, name);
  await Deno.writeTextFile(path, content);
  return {
    path,
    name,
    size: content.length,
    [Symbol.asyncDispose]: async () => await Deno.remove(directory, { recursive: true }),
  };
}

Deno.test("files are uploaded in order, with media types by their names", async () => {
  await using platform = await platformWithWorkspace();
  await using table = await tempFile("tides.csv", "time,height\n");
  await using other = await tempFile("notes.unknown-kind", "abc");
  const entries = await uploadFiles(clientAt(platform.url), [table, other], signal);
  assertEquals(entries.map(({ name, mimeType, size }) => [name, mimeType, size]), [
    ["tides.csv", "text/csv", 12],
    ["notes.unknown-kind", "application/octet-stream", 3],
  ]);
});

Deno.test("an uploaded file can be fetched and acknowledged", async () => {
  await using platform = await platformWithWorkspace();
  const [staged] = await platform.uploadAsUser(WORKSPACE_ID, [{ name: "a.txt", content: "hello" }]);
  const fileId = staged?.uri.split("/").at(-1) ?? "";
  const client = clientAt(platform.url);
  const content = await fetchReceivedFile(
    client,
    fileId,
    (body) => new Response(body).text(),
    signal,
  );
  assertEquals(content, "hello");
  await acknowledgeReceivedFile(client, fileId, signal);
  const { ackedAt } = platform.store.upload(WORKSPACE_ID, fileId) ?? {};
  assert(typeof ackedAt === "number", "The upload is expected to be acknowledged");
});

Deno.test("a file id that would leave its folder is refused before anything is sent", async () => {
  await using server = jsonServer({});
  const attempt = fetchReceivedFile(
    clientAt(server.url),
    "..",
    (body) => new Response(body).text(),
    signal,
  );
  assertEquals((await failureOf(attempt)).kind, "rejected");
  assertEquals(server.received.length, 0);
});

Deno.test("an error of whoever stores a fetched file comes through as it is", async () => {
  await using server = new TestServer(() => new Response("content"));
  const diskFull = new Error("No space left on device");
  const caught = await fetchReceivedFile(
    clientAt(server.url),
    "f-1",
    () => Promise.reject(diskFull),
    signal,
  ).catch((error: unknown) => error);
  assertEquals(caught, diskFull);
});

Deno.test("a fetched file that breaks off in the middle is unreachable, not a short file", async () => {
  await using server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
  const attempt = fetchReceivedFile(
    clientAt(server.url),
    "f-1",
    (body) => new Response(body).text(),
    signal,
  );
  assertEquals((await failureOf(attempt)).kind, "unreachable");
});

Deno.test("an answer with another number of files, or entries without uri, is malformed", async () => {
  await using file = await tempFile("a.csv", "abc");
  for (const files of [[], [ENTRY, ENTRY], [{ name: "a.csv" }], [null], "text", undefined]) {
    await using server = jsonServer({ files });
    const failure = await failureOf(uploadFiles(clientAt(server.url), [file], signal));
    assertEquals(failure.kind, "malformed");
  }
});

Deno.test("of an uploaded file only what the platform said is kept", async () => {
  await using file = await tempFile("a.csv", "abc");
  await using server = jsonServer({ files: [{ uri: "u", name: "n", size: "3", extra: true }] });
  assertEquals(await uploadFiles(clientAt(server.url), [file], signal), [{ uri: "u", name: "n" }]);
});

Deno.test("a file that changes on the way fails the upload, and the message says which", async () => {
  await using file = await tempFile("a.csv", "abc");
  await using server = jsonServer({ files: [ENTRY] });
  const failure = await failureOf(
    uploadFiles(clientAt(server.url), [{ ...file, size: 99 }], signal),
  );
  assertEquals(failure.kind, "cancelled");
  assertStringIncludes(failure.message, `${file.path} changed while it was sent`);
});

Deno.test("after a 401 the files are sent again in full with the next token", async () => {
  await using file = await tempFile("a.csv", "abc");
  await using tokenFile = await tempFile(".auth_token", "stale-token");
  await Deno.chmod(tokenFile.path, 0o600);
  await using server = new TestServer(({ bearer }) =>
    bearer === TOKEN
      ? Response.json({ files: [ENTRY] })
      : Response.json({ error: "invalid workspace auth token" }, { status: 401 })
  );
  const client = clientAt(server.url, { filePath: tokenFile.path, inlineToken: TOKEN });
  await uploadFiles(client, [file], signal);
  assertEquals(server.received.length, 2);
  for (const { body, headers } of server.received) {
    assertStringIncludes(body, "\r\n\r\nabc\r\n--molecule-");
    assertStringIncludes(
      headers.get("content-type") ?? "",
      "multipart/form-data; boundary=molecule-",
    );
  }
});
