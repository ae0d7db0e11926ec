import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { FakeTime } from "../../support/fake_time.ts";
import {
  CALL,
  clientAt,
  failureOf,
  type Received,
  TestServer,
  TOKEN,
  WORKSPACE_ID,
} from "../support.ts";

/** Answers 200 to these bearers and 401 to all others. */
function guarded(...valid: string[]): TestServer {
  return new TestServer(({ bearer }) =>
    valid.includes(bearer ?? "")
      ? Response.json({ ok: true })
      : Response.json({ error: "invalid workspace auth token" }, { status: 401 })
  );
}

/** The calls of the test; a look at the workspace's record comes beside them. */
const calls = (server: TestServer) =>
  server.received.filter(({ target }: Received) => !target.endsWith(`/workspaces/${WORKSPACE_ID}`));
const bearers = (server: TestServer) => calls(server).map(({ bearer }) => bearer);

async function tokenFile(content: string): Promise<{ path: string } & AsyncDisposable> {
  const directory = await Deno.makeTempDir();
  const path = join(directory, ".auth_token");
  await Deno.writeTextFile(path, content, { mode: 0o600 });
  return {
    path,
    [Symbol.asyncDispose]: async () => await Deno.remove(directory, { recursive: true }),
  };
}

Deno.test("after a 401 the next token candidate is tried in the same call", async () => {
  await using file = await tokenFile("stale-file-token");
  await using server = guarded("env-token");
  const client = clientAt(server.url, { filePath: file.path, inlineToken: "env-token" });
  assertEquals((await client.request(CALL)).json, { ok: true });
  assertEquals(bearers(server), ["stale-file-token", "env-token"]);
});

Deno.test("the candidate that worked is used from then on", async () => {
  await using file = await tokenFile("stale-file-token");
  await using server = guarded("env-token");
  const client = clientAt(server.url, { filePath: file.path, inlineToken: "env-token" });
  await client.request(CALL);
  await client.request(CALL);
  assertEquals(bearers(server), ["stale-file-token", "env-token", "env-token"]);
});

Deno.test("with every candidate stale each is sent once, then the call fails", async () => {
  await using file = await tokenFile("stale-file-token");
  await using tokenFileVariable = await tokenFile("stale-mounted-token");
  await using server = guarded();
  const client = clientAt(server.url, {
    filePath: file.path,
    inlineToken: "stale-env-token",
    tokenFilePath: tokenFileVariable.path,
  });
  const failure = await failureOf(client.request(CALL));
  assertEquals(failure.kind, "unauthorized");
  assertEquals(failure.status, 401);
  assertEquals(bearers(server), ["stale-file-token", "stale-env-token", "stale-mounted-token"]);
  assertMatch(failure.message, /tried: \.auth_token in \S+, MOLECULE_WORKSPACE_TOKEN, /);
});

Deno.test("once every candidate is refused a further call costs nothing for a while", async () => {
  await using file = await tokenFile("stale-file-token");
  await using server = guarded();
  const client = clientAt(server.url, { filePath: file.path, inlineToken: "stale-env-token" });
  const first = await failureOf(client.request(CALL));
  server.received.length = 0;
  const second = await failureOf(client.request(CALL));
  assertEquals(server.received.length, 0);
  assertEquals([second.kind, second.message], ["unauthorized", first.message]);
  assert(second.retryAfterMs !== undefined && second.retryAfterMs <= 2_000);
  assertEquals(second.maybeDelivered, false);
});

Deno.test("a token replaced on disk is found by the call that meets the 401", async () => {
  await using file = await tokenFile("old-token");
  await using server = guarded("old-token", "new-token");
  const client = clientAt(server.url, { filePath: file.path });
  await client.request(CALL);
  await Deno.writeTextFile(file.path, "new-token");
  await using strict = guarded("new-token");
  const moved = new (await import("../../../src/platform/client/client.ts")).PlatformClient({
    ...client.workspace,
    baseUrl: strict.url,
    origin: strict.url,
  });
  assertEquals((await moved.request(CALL)).json, { ok: true });
  assertEquals(bearers(strict), ["old-token", "new-token"]);
});

Deno.test("a file with the same stale token makes no loop", async () => {
  await using file = await tokenFile(TOKEN);
  await using server = guarded();
  const client = clientAt(server.url, { filePath: file.path, inlineToken: TOKEN });
  await failureOf(client.request(CALL));
  assertEquals(calls(server).length, 1);
});

Deno.test("a token that appears after a call without any is tried at its 401", async () => {
  const directory = await Deno.makeTempDir();
  const path = join(directory, ".auth_token");
  await using server = new TestServer(async ({ bearer }) => {
    if (bearer === "fresh-token") return Response.json({ ok: true });
    await Deno.writeTextFile(path, "fresh-token");
    return Response.json({ error: "missing workspace auth token" }, { status: 401 });
  });
  const client = clientAt(server.url, { filePath: path });
  assertEquals((await client.request(CALL)).json, { ok: true });
  assertEquals(bearers(server), [undefined, "fresh-token"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("concurrent calls with a stale token all succeed, with at most one retry each", async () => {
  await using file = await tokenFile("stale-file-token");
  await using server = guarded("env-token");
  const client = clientAt(server.url, { filePath: file.path, inlineToken: "env-token" });
  const attempts = Array.from({ length: 20 }, () => client.request(CALL));
  const replies = await Promise.all(attempts);
  assertEquals(replies.map(({ status }) => status), Array(20).fill(200));
  assertEquals(bearers(server).filter((bearer) => bearer === "env-token").length, 20);
  assertEquals(server.received.length <= 40, true);
});

Deno.test("concurrent calls with all candidates stale stay bounded", async () => {
  await using file = await tokenFile("stale-file-token");
  await using server = guarded();
  const client = clientAt(server.url, { filePath: file.path, inlineToken: "stale-env-token" });
  const attempts = Array.from({ length: 10 }, () => failureOf(client.request(CALL)));
  const failures = await Promise.all(attempts);
  assertEquals(new Set(failures.map(({ kind }) => kind)), new Set(["unauthorized"]));
  assertEquals(calls(server).length <= 20, true);
  assertEquals(server.received.length - calls(server).length, 1, "one look for all");
});

Deno.test("the retry after a 401 makes the body anew", async () => {
  await using file = await tokenFile("stale-file-token");
  await using server = guarded("env-token");
  const client = clientAt(server.url, { filePath: file.path, inlineToken: "env-token" });
  let made = 0;
  await client.request({
    method: "POST",
    path: ["upload"],
    timeoutMs: 10_000,
    body: () => {
      made += 1;
      const stream = ReadableStream.from([new TextEncoder().encode(`attempt ${made}`)]);
      return { stream, headers: { "Content-Type": "text/plain" } };
    },
  });
  assertEquals(server.received.map(({ body }) => body), ["attempt 1", "attempt 2"]);
  assertEquals(server.received[1]?.headers.get("content-type"), "text/plain");
});

Deno.test("what was refused for a while is taken again: 100 calls at once ask once", async () => {
  await using file = await tokenFile("file-token");
  let away = true;
  await using server = new TestServer(() =>
    away
      ? Response.json({ error: "invalid workspace auth token" }, { status: 401 })
      : Response.json({})
  );
  using time = new FakeTime();
  const client = clientAt(server.url, { filePath: file.path, inlineToken: "env-token" });
  await time.until(failureOf(client.request(CALL)));
  assertEquals(client.workspace.tokens.state, "refused");
  await time.run(2_000);
  server.received.length = 0;
  const refused = Array.from({ length: 100 }, () => failureOf(client.request(CALL)));
  await time.until(Promise.all(refused));
  assertEquals(bearers(server), ["file-token", "env-token"]);

  away = false;
  await time.run(4_000);
  server.received.length = 0;
  const taken = Array.from({ length: 100 }, () => client.request(CALL));
  await time.until(Promise.all(taken));
  assertEquals(new Set(bearers(server)), new Set(["file-token"]));
  assertEquals([calls(server).length, client.workspace.tokens.state], [100, "ready"]);
});

Deno.test("403, 404 and 400 never make it try another token", async () => {
  for (const status of [400, 403, 404]) {
    await using file = await tokenFile("file-token");
    await using server = new TestServer(() => Response.json({ error: "no" }, { status }));
    const client = clientAt(server.url, { filePath: file.path, inlineToken: "env-token" });
    await failureOf(client.request(CALL));
    assertEquals(bearers(server), ["file-token"]);
  }
});

Deno.test("a complaint that repeats the bearer does not carry it into the error", async () => {
  await using server = new TestServer(({ bearer }) =>
    Response.json({ error: `unknown token ${bearer}` }, { status: 401 })
  );
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertMatch(failure.message, /unknown token \[redacted\]/);
});
