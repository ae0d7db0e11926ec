import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  CALL,
  clientAt,
  closedUrl,
  failureOf,
  jsonServer,
  leakTest,
  RawServer,
  SilentServer,
  TestServer,
} from "../support.ts";

Deno.test("a 500 with a JSON reason: kind server, maybe delivered, the reason shown", async () => {
  await using server = jsonServer({ error: "query failed" }, { status: 500 });
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertEquals([failure.kind, failure.status, failure.maybeDelivered], ["server", 500, true]);
  assertEquals(failure.message, `${server.url} answered 500: query failed`);
  assertEquals(failure.body, { error: "query failed" });
});

Deno.test("a 502 with a web page says that it is a web page and shows no markup", async () => {
  await using server = new TestServer(() =>
    new Response("<!doctype html><title>Bad gateway</title>", {
      status: 502,
      headers: { "Content-Type": "text/html" },
    })
  );
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertEquals(failure.kind, "server");
  assertStringIncludes(failure.message, "a web page");
  assert(!failure.message.includes("<"));
});

Deno.test("a redirect is refused, names its target, and nothing follows it with the bearer", async () => {
  await using target = jsonServer({});
  for (const status of [301, 302, 303, 307, 308]) {
    await using server = new TestServer(() =>
      new Response(null, { status, headers: { Location: `${target.url}/login?next=1` } })
    );
    const failure = await failureOf(clientAt(server.url).request(CALL));
    assertEquals([failure.kind, failure.status], ["redirected", status]);
    assertEquals(failure.maybeDelivered, false);
    assertStringIncludes(failure.message, target.url);
    assertStringIncludes(failure.message, "PLATFORM_URL");
    assertEquals(server.received.length, 1);
  }
  assertEquals(target.received.length, 0);
});

Deno.test("a redirect on the same host is refused too", async () => {
  await using server = new TestServer(() =>
    new Response(null, { status: 308, headers: { Location: "/elsewhere" } })
  );
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertEquals(failure.kind, "redirected");
  assertEquals(server.received.length, 1);
});

Deno.test("a refused connection: unreachable, certainly not delivered", async () => {
  const url = closedUrl();
  const failure = await failureOf(clientAt(url).request(CALL));
  assertEquals([failure.kind, failure.maybeDelivered], ["unreachable", false]);
  assertStringIncludes(failure.message, `Cannot reach ${url}`);
  assertStringIncludes(failure.message, "Connection refused");
});

Deno.test("https to a port that speaks http: said so, with the address to write", async () => {
  await using server = jsonServer({});
  const url = server.url.replace("http:", "https:");
  const failure = await failureOf(clientAt(url).request(CALL));
  assertEquals([failure.kind, failure.maybeDelivered], ["unreachable", false]);
  assertStringIncludes(failure.message, "does not speak https (TLS)");
  assertStringIncludes(failure.message, "use http:// in PLATFORM_URL");
});

Deno.test("one cause is named once", async () => {
  const { message } = await failureOf(clientAt(closedUrl()).request(CALL));
  assertEquals(message.match(/refused/g)?.length, 1, message);
});

Deno.test("a host that has no address: unreachable, certainly not delivered", async () => {
  const failure = await failureOf(clientAt("http://no-such-host.invalid").request(CALL));
  assertEquals([failure.kind, failure.maybeDelivered], ["unreachable", false]);
});

Deno.test("a connection closed before an answer: unreachable, maybe delivered", async () => {
  await using server = new RawServer("");
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertEquals([failure.kind, failure.maybeDelivered], ["unreachable", true]);
  assertStringIncludes(failure.message, "broke before the answer was complete");
});

Deno.test("a connection closed in the middle of the body: unreachable, maybe delivered", async () => {
  await using server = new RawServer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"status":');
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertEquals([failure.kind, failure.maybeDelivered], ["unreachable", true]);
});

Deno.test("bytes that are no HTTP: unreachable, maybe delivered", async () => {
  await using server = new RawServer("SSH-2.0-OpenSSH_9.9\r\n");
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertEquals([failure.kind, failure.maybeDelivered], ["unreachable", true]);
});

Deno.test("no answer in time: timed out, maybe delivered, and the server sees the abort", async () => {
  await using server = new SilentServer();
  const failure = await failureOf(clientAt(server.url).request({ ...CALL, timeoutMs: 50 }));
  assertEquals([failure.kind, failure.maybeDelivered], ["timed_out", true]);
  assertStringIncludes(failure.message, "did not answer within 0.05 s");
  await server.gone;
});

Deno.test("a body that stops coming: timed out", async () => {
  await using server = new TestServer(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":')),
      }),
    )
  );
  const failure = await failureOf(clientAt(server.url).request({ ...CALL, timeoutMs: 50 }));
  assertEquals(failure.kind, "timed_out");
});

Deno.test("cancelling ends the call at once, and the server sees the abort", async () => {
  await using server = new SilentServer();
  const cancel = new AbortController();
  const attempt = failureOf(clientAt(server.url).request({ ...CALL, signal: cancel.signal }));
  await server.asked;
  cancel.abort("whatever reason a client gives");
  const failure = await attempt;
  assertEquals([failure.kind, failure.maybeDelivered], ["cancelled", true]);
  await server.gone;
});

Deno.test("a call that is cancelled beforehand sends nothing", async () => {
  await using server = jsonServer({});
  const failure = await failureOf(
    clientAt(server.url).request({ ...CALL, signal: AbortSignal.abort() }),
  );
  assertEquals(failure.kind, "cancelled");
  assertEquals(server.received.length, 0);
});

Deno.test("an endless answer is cut off at the limit: malformed", async () => {
  await using server = new TestServer(() => new Response(endless()));
  const failure = await failureOf(
    clientAt(server.url).request({ ...CALL, maxReplyBytes: 100_000 }),
  );
  assertEquals([failure.kind, failure.maybeDelivered], ["malformed", true]);
  assertStringIncludes(failure.message, "larger than 100000 bytes");
});

Deno.test("an endless error answer still counts by its status", async () => {
  await using server = new TestServer(() => new Response(endless(), { status: 503 }));
  const failure = await failureOf(clientAt(server.url).request(CALL));
  assertEquals([failure.kind, failure.status], ["server", 503]);
  assert(failure.message.length < 500);
});

Deno.test("after every misbehaviour the same client goes on", async () => {
  let misbehave = true;
  await using server = new TestServer(() => misbehave ? "hang" : Response.json({ ok: 1 }));
  const client = clientAt(server.url);
  await failureOf(client.request({ ...CALL, timeoutMs: 20 }));
  misbehave = false;
  assertEquals((await client.request(CALL)).json, { ok: 1 });
});

Deno.test({
  name: "without permission to reach the host: unreachable, and the flag that is missing",
  permissions: { net: ["127.0.0.1:1"] },
  fn: async () => {
    const failure = await failureOf(clientAt("http://127.0.0.1:49152").request(CALL));
    assertEquals([failure.kind, failure.maybeDelivered], ["unreachable", false]);
    assertMatch(failure.message, /--allow-net=127\.0\.0\.1:49152/);
  },
});

leakTest("no timer and no connection is left behind, however a call ends", async () => {
  let answer: () => Response | "hang" = () => Response.json({});
  await using server = new TestServer(() => answer());
  const client = clientAt(server.url);
  const cancel = new AbortController();
  const long = { ...CALL, timeoutMs: 60_000, signal: cancel.signal };
  await client.request(long);
  answer = () => new Response("no", { status: 500 });
  await failureOf(client.request(long));
  await failureOf(clientAt(closedUrl()).request(long));
  answer = () => new Response(endless());
  await failureOf(client.request({ ...long, maxReplyBytes: 10 }));
  await client.stream(long, () => Promise.resolve());
  answer = () => "hang";
  const cancelled = failureOf(client.request(long));
  cancel.abort();
  await cancelled;
});

function endless(): ReadableStream<Uint8Array> {
  const chunk = new TextEncoder().encode("a".repeat(16 * 1024));
  return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
}
