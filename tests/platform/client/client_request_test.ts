import { assert, assertEquals } from "@std/assert";
import { VERSION } from "../../../src/version.ts";
import {
  CALL,
  clientAt,
  failureOf,
  jsonServer,
  TestServer,
  TOKEN,
  WORKSPACE_ID,
} from "../support.ts";

Deno.test("a call carries method, path, JSON body and bearer", async () => {
  await using server = jsonServer({ status: "ok" });
  const reply = await clientAt(server.url).request(CALL);
  assertEquals(reply.status, 200);
  assertEquals(reply.json, { status: "ok" });
  const [request] = server.received;
  assertEquals(request?.method, "POST");
  assertEquals(request?.target, `/workspaces/${WORKSPACE_ID}/thing`);
  assertEquals(request?.bearer, TOKEN);
  assertEquals(request?.headers.get("content-type"), "application/json");
  assertEquals(request?.headers.get("accept"), "application/json");
  assertEquals(JSON.parse(request?.body ?? ""), { question: 1 });
});

Deno.test("every call says which program and version it comes from", async () => {
  await using server = jsonServer({});
  await clientAt(server.url).request(CALL);
  await clientAt(server.url).request({ method: "GET", path: ["a"], timeoutMs: 10_000 });
  assertEquals(
    server.received.map(({ headers }) => headers.get("user-agent")),
    Array(2).fill(`molecule-mcp/${VERSION}`),
  );
});

Deno.test("half a surrogate pair never goes out, wherever in the body it is", async () => {
  await using server = jsonServer({});
  const half = "\ud83d";
  await clientAt(server.url).request({
    ...CALL,
    json: { message: `a boat ${half}`, list: [{ deep: `${half}!` }], whole: "🚣" },
    query: { q: `x${half}` },
  });
  const [request] = server.received;
  assertEquals(JSON.parse(request?.body ?? ""), {
    message: "a boat \ufffd",
    list: [{ deep: "\ufffd!" }],
    whole: "🚣",
  });
  assert(!/\\ud83d"|\\ud83d!/.test(request?.body ?? ""), request?.body);
  assert(request?.target.endsWith("?q=x%EF%BF%BD"), request?.target);
});

Deno.test("Origin is scheme, host and port only, even when the base URL has a path", async () => {
  await using server = jsonServer({});
  await clientAt(server.url, { basePath: "/some/base" }).request(CALL);
  assertEquals(server.received[0]?.headers.get("origin"), server.url);
});

Deno.test("a path in the base URL stays in front of every call", async () => {
  await using server = jsonServer({});
  await clientAt(server.url, { basePath: "/some/base" }).request(CALL);
  assertEquals(server.received[0]?.target, `/some/base/workspaces/${WORKSPACE_ID}/thing`);
});

Deno.test("a call without a body sends neither body nor content type", async () => {
  await using server = jsonServer({});
  await clientAt(server.url).request({ method: "GET", path: ["a"], timeoutMs: 10_000 });
  assertEquals(server.received[0]?.body, "");
  assertEquals(server.received[0]?.headers.get("content-type"), null);
});

Deno.test("only a call that names its source sends X-Workspace-ID", async () => {
  await using server = jsonServer({});
  await clientAt(server.url).request({ ...CALL, source: true });
  await clientAt(server.url).request(CALL);
  assertEquals(server.received.map(({ headers }) => headers.get("x-workspace-id")), [
    WORKSPACE_ID,
    null,
  ]);
});

Deno.test("with an organisation id every call carries X-Molecule-Org-Id", async () => {
  await using server = jsonServer({});
  await clientAt(server.url, { orgId: "org-1" }).request({ ...CALL, source: true });
  const headers = server.received[0]?.headers;
  assertEquals(headers?.get("x-molecule-org-id"), "org-1");
  assertEquals(headers?.get("x-workspace-id"), WORKSPACE_ID);
  assertEquals(server.received[0]?.bearer, TOKEN);
});

Deno.test("without an organisation id the header is absent, not empty, and the call works", async () => {
  await using server = jsonServer({});
  await clientAt(server.url).request(CALL);
  assertEquals(server.received[0]?.headers.has("x-molecule-org-id"), false);
});

Deno.test("without a token there is no Authorization header and the call still goes out", async () => {
  await using server = jsonServer({ status: "ok" });
  const reply = await clientAt(server.url, { inlineToken: "" }).request(CALL);
  assertEquals(reply.status, 200);
  assertEquals(server.received[0]?.headers.has("authorization"), false);
});

Deno.test("a token is passed to onToken before it is first sent", async () => {
  const told: string[] = [];
  await using server = new TestServer(() => Response.json({ known: [...told] }));
  const { workspace } = clientAt(server.url);
  const { PlatformClient } = await import("../../../src/platform/client/client.ts");
  const client = new PlatformClient(workspace, { onToken: (token) => told.push(token) });
  const reply = await client.request(CALL);
  assertEquals(reply.json, { known: [TOKEN] });
});

Deno.test("query values are encoded and empty ones left out", async () => {
  await using server = jsonServer([]);
  await clientAt(server.url).request({
    method: "GET",
    path: ["list"],
    query: { q: "a&b=c d", empty: "", absent: undefined },
    timeoutMs: 10_000,
  });
  assertEquals(server.received[0]?.target, "/list?q=a%26b%3Dc+d");
});

Deno.test("a streamed answer is handed to its reader while the connection is open", async () => {
  await using server = new TestServer(() => new Response("one two"));
  const text = await clientAt(server.url).stream(
    { ...CALL, accept: "*/*" },
    async (response) => await response.text(),
  );
  assertEquals(text, "one two");
  assertEquals(server.received[0]?.headers.get("accept"), "*/*");
});

Deno.test("an answer that its reader leaves unread is dropped, and the server hears of it", async () => {
  const dropped = Promise.withResolvers<void>();
  await using server = new TestServer(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1024)),
        cancel: () => dropped.resolve(),
      }),
    )
  );
  const status = await clientAt(server.url).stream(CALL, (response) => {
    return Promise.resolve(response.status);
  });
  assertEquals(status, 200);
  await dropped.promise;
});

Deno.test("an error of the answer's reader comes through as it is", async () => {
  await using server = jsonServer({});
  const diskFull = new Error("No space left on device");
  const caught = await clientAt(server.url)
    .stream(CALL, () => Promise.reject(diskFull))
    .catch((error: unknown) => error);
  assert(caught === diskFull, "the reader's own error");
});

Deno.test("a failed call is an error also for a streamed answer", async () => {
  await using server = jsonServer({ error: "pending upload not found" }, { status: 404 });
  const failure = await failureOf(
    clientAt(server.url).stream(CALL, (response) => response.text()),
  );
  assertEquals(failure.kind, "not_found");
});
