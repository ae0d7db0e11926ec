import { assertEquals } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { followEvents } from "../../../src/platform/api/event_stream.ts";
import { clientAt, failureOf, RawServer, TestServer, TOKEN, WORKSPACE_ID } from "../support.ts";

const inboundRow = 'data: {"type":"ACTIVITY_LOGGED","data":{"activity_type":"a2a_receive"}}\n\n';
const ignore = { onAlive: () => {}, onInboundRow: () => {} };
const options = { silenceMs: 60_000, signal: AbortSignal.timeout(60_000) };

/** A stream of these chunks that then stays open until the caller leaves. */
function openStream(...chunks: string[]): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      },
    }),
    { headers: { "Content-Type": "text/event-stream" } },
  );
}

Deno.test("a new message wakes the reader over the platform's own stream", async () => {
  await using platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout", deliveryMode: "poll" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  const stop = new AbortController();
  const opened = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const following = followEvents(
    clientAt(platform.url),
    { onAlive: opened.resolve, onInboundRow: woken.resolve },
    { silenceMs: 60_000, signal: stop.signal },
  ).catch((error) => error.kind);
  await opened.promise;
  await platform.sendAsUser(WORKSPACE_ID, "hello");
  await woken.promise;
  stop.abort();
  assertEquals(await following, "cancelled");
});

Deno.test("the first bytes say that the stream is alive, rows are counted one by one", async () => {
  const heard: string[] = [];
  await using server = new TestServer(() => new Response(": hi\n\n" + inboundRow + inboundRow));
  const end = await followEvents(clientAt(server.url), {
    onAlive: () => heard.push("alive"),
    onInboundRow: () => heard.push("row"),
  }, options);
  assertEquals([end, ...heard], ["ended", "alive", "row", "row"]);
  assertEquals(server.received[0]?.headers.get("accept"), "text/event-stream");
});

Deno.test("a broadcast wakes the reader, other events do not", async () => {
  let rows = 0;
  const event = (type: string, data: object) => `data: ${JSON.stringify({ type, data })}\n\n`;
  const events = [
    event("BROADCAST_MESSAGE", { message: "x", sender_id: "y" }),
    event("ACTIVITY_LOGGED", { activity_type: "a2a_send" }),
    event("USER_MESSAGE", { content: "x" }),
  ];
  await using server = new TestServer(() => new Response(events.join("")));
  await followEvents(clientAt(server.url), { ...ignore, onInboundRow: () => rows++ }, options);
  assertEquals(rows, 1);
});

Deno.test("an event split at any byte is one event", async () => {
  for (let at = 1; at < inboundRow.length; at += 7) {
    let rows = 0;
    const half = [inboundRow.slice(0, at), inboundRow.slice(at)];
    await using server = new TestServer(() =>
      new Response(ReadableStream.from(half.map((text) => new TextEncoder().encode(text))))
    );
    await followEvents(clientAt(server.url), { ...ignore, onInboundRow: () => rows++ }, options);
    assertEquals(rows, 1);
  }
});

Deno.test("other events, rows of other types and garbage wake nobody", async () => {
  let rows = 0;
  const events = [
    'data: {"type":"WORKSPACE_HEARTBEAT","data":{"activity_type":"a2a_receive"}}\n\n',
    'data: {"type":"ACTIVITY_LOGGED","data":{"activity_type":"a2a_send"}}\n\n',
    'data: {"type":"ACTIVITY_LOGGED"}\n\n',
    "data: not json\n\n",
    "data: null\n\n",
    "retry: soon\n\n",
    "<html>\n\n",
  ];
  await using server = new TestServer(() => new Response(events.join("")));
  const handlers = { ...ignore, onInboundRow: () => rows++ };
  assertEquals(await followEvents(clientAt(server.url), handlers, options), "ended");
  assertEquals(rows, 0);
});

Deno.test("a stream without a byte for too long is silent", async () => {
  await using server = new TestServer(() => openStream(": hello\n\n"));
  const end = await followEvents(clientAt(server.url), ignore, { ...options, silenceMs: 30 });
  assertEquals(end, "silent");
});

Deno.test("a platform without the stream: a failure that says so", async () => {
  await using server = new TestServer(() => new Response("404 page not found", { status: 404 }));
  const failure = await failureOf(followEvents(clientAt(server.url), ignore, options));
  assertEquals(failure.status, 404);
});

Deno.test("a stream that breaks off is unreachable", async () => {
  await using server = new RawServer(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n: hello\n\r\n",
  );
  const failure = await failureOf(followEvents(clientAt(server.url), ignore, options));
  assertEquals(failure.kind, "unreachable");
});

/** A row's event as the newest platform writes it. */
function rowEvent(data: Record<string, unknown>): string {
  const all = { activity_type: "a2a_receive", ...data };
  return `data: ${JSON.stringify({ type: "ACTIVITY_LOGGED", data: all })}\n\n`;
}

for (const length of [63, 64, 65, 1_500, 20_000]) {
  Deno.test(`an event with a body of ${length} KiB wakes the reader, and the next one too`, async () => {
    let [rows, events] = [0, 0];
    const text = "é".repeat(length * 512);
    const stream = rowEvent({ request_body: { text } }) + inboundRow;
    await using server = new TestServer(() => new Response(stream));
    const handlers = { ...ignore, onEvent: () => events++, onInboundRow: () => rows++ };
    assertEquals(await followEvents(clientAt(server.url), handlers, options), "ended");
    assertEquals([rows, events], [2, 2]);
  });
}

Deno.test("two events of one row wake the reader once, those of two rows twice", async () => {
  let rows = 0;
  const event = (message_id: string, summary: string) => rowEvent({ message_id, summary });
  const stream = event("1", "(ingest)") + event("2", "(ingest)") + event("1", "(queued for poll)") +
    event("2", "(queued for poll)");
  await using server = new TestServer(() => new Response(stream));
  await followEvents(clientAt(server.url), { ...ignore, onInboundRow: () => rows++ }, options);
  assertEquals(rows, 2);
});

for (const [repeated, more] of [["32", 0], ["1", 0], ["0", 1]] as const) {
  Deno.test(`of 33 rows the first one told of is forgotten: number ${repeated} again wakes ${more} times`, async () => {
    let rows = 0;
    const told = Array.from({ length: 33 }, (_, id) => `${id}`);
    const stream = [...told, repeated].map((message_id) => rowEvent({ message_id })).join("");
    await using server = new TestServer(() => new Response(stream));
    await followEvents(clientAt(server.url), { ...ignore, onInboundRow: () => rows++ }, options);
    assertEquals(rows, 33 + more);
  });
}

Deno.test("an event that never ends is malformed, not a full memory", async () => {
  const chunk = new TextEncoder().encode("x".repeat(64 * 1024));
  await using server = new TestServer(() =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }))
  );
  const failure = await failureOf(followEvents(clientAt(server.url), ignore, options));
  assertEquals(failure.kind, "malformed");
});

Deno.test("a web page instead of the stream means a platform without one", async () => {
  let alive = false;
  const page = () =>
    new Response("<html>", { headers: { "Content-Type": "text/html; charset=utf-8" } });
  await using server = new TestServer(page);
  const handlers = { ...ignore, onAlive: () => alive = true };
  const failure = await failureOf(followEvents(clientAt(server.url), handlers, options));
  assertEquals([failure.kind, failure.status, alive], ["not_routed", 200, false]);
});

Deno.test("what happens to requests is told, but not what the workspace does itself", async () => {
  const PEER_ID = "58d0c7e1-84fa-49b6-b2c3-7e6f1a0d9b05";
  const event = (type: string, data: object) => `data: ${JSON.stringify({ type, data })}\n\n`;
  const cases: [type: string, data: object, told: string[]][] = [
    ["REQUEST_CREATED", { recipient_type: "agent", recipient_id: WORKSPACE_ID }, ["asked"]],
    [
      "REQUEST_CREATED",
      { recipient_type: "agent", recipient_id: WORKSPACE_ID.toUpperCase() },
      ["asked"],
    ],
    ["REQUEST_CREATED", { recipient_type: "user", recipient_id: "" }, []],
    ["REQUEST_RESPONDED", { status: "approved", responder_type: "user" }, ["answered"]],
    ["REQUEST_MESSAGE", { author_type: "user", author_id: "u-1" }, ["answered"]],
    ["REQUEST_MESSAGE", { author_type: "agent", author_id: PEER_ID }, ["answered"]],
    ["REQUEST_MESSAGE", { author_type: "agent", author_id: WORKSPACE_ID }, []],
    ["REQUEST_CREATED", { recipient_id: WORKSPACE_ID, title: "x".repeat(70_000) }, ["asked"]],
    ["APPROVAL_REQUESTED", { recipient_id: WORKSPACE_ID }, []],
  ];
  for (const [type, data, told] of cases) {
    const heard: string[] = [];
    await using server = new TestServer(() => new Response(event(type, data)));
    const onRequest = (what: string) => heard.push(what);
    await followEvents(clientAt(server.url), { ...ignore, onRequest }, options);
    assertEquals(heard, told, `${type} ${JSON.stringify(data).slice(0, 100)}`);
  }
});
