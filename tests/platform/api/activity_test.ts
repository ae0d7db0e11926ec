import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  acknowledgeActivity,
  listActivity,
  reportActivity,
} from "../../../src/platform/api/activity.ts";
import { fixture, fixtureResponse } from "../fixtures.ts";
import { clientAt, failureOf, jsonServer, TestServer, TOKEN, WORKSPACE_ID } from "../support.ts";

const PEER_ID = "a94e07d2-5c13-4f8b-9e60-1b7d3c2f8a02";
const signal = AbortSignal.timeout(60_000);

Deno.test("every parameter of the activity log has its name in the query", async () => {
  await using server = jsonServer([]);
  await listActivity(clientAt(server.url), {
    type: "a2a_receive",
    sinceId: "row-1",
    sinceSecs: 600,
    peerId: PEER_ID,
    beforeTs: "2026-05-07T00:00:00+02:00",
    limit: 500,
    includePeerInfo: true,
  }, signal);
  const url = new URL(server.received[0]?.target ?? "", "http://x");
  assertEquals(url.pathname, `/workspaces/${WORKSPACE_ID}/activity`);
  assertEquals(Object.fromEntries(url.searchParams), {
    type: "a2a_receive",
    since_id: "row-1",
    since_secs: "600",
    peer_id: PEER_ID,
    before_ts: "2026-05-07T00:00:00+02:00",
    limit: "500",
    include: "peer_info",
  });
});

Deno.test("what is not asked for is not in the query", async () => {
  await using server = jsonServer([]);
  await listActivity(clientAt(server.url), {}, signal);
  assertEquals(server.received[0]?.target, `/workspaces/${WORKSPACE_ID}/activity`);
});

Deno.test("rows that are larger together than may be read are refused", async () => {
  await using server = jsonServer([{ id: "x".repeat(1_000) }]);
  const client = clientAt(server.url);
  const failure = await failureOf(listActivity(client, { maxReplyBytes: 500 }, signal));
  assertStringIncludes(failure.message, "500");
  assertEquals((await listActivity(client, { maxReplyBytes: 5_000 }, signal)).length, 1);
});

Deno.test("rows come as the platform sent them", async () => {
  const rows = [{ id: "1" }, "odd", null];
  await using server = jsonServer(rows);
  assertEquals(await listActivity(clientAt(server.url), {}, signal), rows);
});

Deno.test("an unknown cursor is kind gone", async () => {
  await using server = new TestServer(() => fixtureResponse(fixture("activity-410")));
  const failure = await failureOf(listActivity(clientAt(server.url), { sinceId: "x" }, signal));
  assertEquals([failure.kind, failure.status], ["gone", 410]);
});

Deno.test("rows that are not a list are malformed", async () => {
  await using server = jsonServer({ rows: [] });
  assertEquals((await failureOf(listActivity(clientAt(server.url), {}, signal))).kind, "malformed");
});

Deno.test("a report of a sent task names the acting workspace and its bearer", async () => {
  await using server = jsonServer({ status: "logged" });
  await reportActivity(clientAt(server.url), {
    type: "a2a_send",
    targetId: PEER_ID,
    summary: "Delegating to Writer",
    task: "write it",
  });
  assertEquals(server.received[0]?.bearer, TOKEN);
  assertEquals(server.received[0]?.target, `/workspaces/${WORKSPACE_ID}/activity`);
  assertEquals(JSON.parse(server.received[0]?.body ?? ""), {
    activity_type: "a2a_send",
    source_id: WORKSPACE_ID,
    target_id: PEER_ID,
    method: "message/send",
    summary: "Delegating to Writer",
    status: "ok",
    request_body: { task: "write it" },
  });
});

Deno.test("a report caps summary and error, not the response", async () => {
  await using server = jsonServer({ status: "logged" });
  await reportActivity(clientAt(server.url), {
    type: "a2a_receive",
    targetId: PEER_ID,
    summary: "s".repeat(1000),
    response: "r".repeat(10_000),
    error: "e".repeat(10_000),
  });
  const body = JSON.parse(server.received[0]?.body ?? "");
  assertEquals(body.summary.length, 256);
  assertEquals(body.error_detail.length, 4096);
  assertEquals(body.response_body.result.length, 10_000);
  assertEquals(body.status, "error");
});

Deno.test("rows are acknowledged by the number of the last one, at the workspace's own log", async () => {
  await using server = jsonServer({ status: "ok" });
  await acknowledgeActivity(clientAt(server.url), 4711, signal);
  const [request] = server.received;
  assertEquals([request?.method, request?.target], [
    "POST",
    `/workspaces/${WORKSPACE_ID}/activity/ack`,
  ]);
  assertEquals(JSON.parse(request?.body ?? ""), { acked_seq: 4711 });
});
