import { assertEquals, assertNotEquals } from "@std/assert";
import {
  delegate,
  type DelegationRow,
  isTerminal,
  listDelegations,
} from "../../../src/platform/api/delegations.ts";
import { fixture, fixtureResponse } from "../fixtures.ts";
import { clientAt, failureOf, jsonServer, TestServer, WORKSPACE_ID } from "../support.ts";

const PEER_ID = "a94e07d2-5c13-4f8b-9e60-1b7d3c2f8a02";
const DELEGATION_ID = "6f8a0c2e-4b6d-4f80-91a3-c5e7092b4d0d";
const signal = AbortSignal.timeout(60_000);

const answering = (id: string) => new TestServer(() => fixtureResponse(fixture(id)));

/** What the client makes of the delegation log of an example. */
async function rowsOf(id: string): Promise<DelegationRow[]> {
  await using server = answering(id);
  return await listDelegations(clientAt(server.url), signal);
}

/** The body that a delegation of this task sends. */
async function sentBody(task: string, target = PEER_ID): Promise<Record<string, unknown>> {
  await using server = answering("delegate-202");
  await delegate(clientAt(server.url), target, task, signal);
  return JSON.parse(server.received[0]?.body ?? "");
}

Deno.test("a delegation sends target, task and key", async () => {
  const body = await sentBody("Reconcile the May invoices");
  assertEquals([body.target_id, body.task], [PEER_ID, "Reconcile the May invoices"]);
  assertEquals(Object.keys(body).sort(), ["idempotency_key", "target_id", "task"]);
});

Deno.test("the key is the first 32 hex digits of SHA-256 over source, target and task", async () => {
  const text = new TextEncoder().encode(`${WORKSPACE_ID}:${PEER_ID}:Größe 📏`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  assertEquals((await sentBody("Größe 📏")).idempotency_key, digest.toHex().slice(0, 32));
});

Deno.test("the key is the same for the same task, another for another task or target", async () => {
  const { idempotency_key: key } = await sentBody("a");
  assertEquals((await sentBody("a")).idempotency_key, key);
  assertNotEquals((await sentBody("b")).idempotency_key, key);
  assertNotEquals((await sentBody("a", WORKSPACE_ID)).idempotency_key, key);
});

Deno.test("202 is an accepted delegation", async () => {
  await using server = answering("delegate-202");
  const accepted = await delegate(clientAt(server.url), PEER_ID, "t", signal);
  assertEquals(accepted, { delegationId: DELEGATION_ID, status: "delegated", repeated: false });
});

Deno.test("202 with a warning passes the warning on", async () => {
  await using server = answering("delegate-202-warning");
  const accepted = await delegate(clientAt(server.url), PEER_ID, "t", signal);
  assertEquals(accepted.warning, "delegation dispatched but status tracking unavailable");
});

Deno.test("200 with idempotent_hit is accepted as a repeated delegation", async () => {
  await using server = answering("delegate-200-idempotent");
  const accepted = await delegate(clientAt(server.url), PEER_ID, "t", signal);
  assertEquals([accepted.delegationId, accepted.repeated], [DELEGATION_ID, true]);
});

Deno.test("an acceptance without an id is malformed", async () => {
  await using server = jsonServer({ status: "delegated" }, { status: 202 });
  const failure = await failureOf(delegate(clientAt(server.url), PEER_ID, "t", signal));
  assertEquals(failure.kind, "malformed");
});

Deno.test("of two rows of one delegation the one with the answer counts", async () => {
  const [row, ...others] = await rowsOf("delegations-two-rows");
  assertEquals(others, []);
  assertEquals([row?.status, row?.response_preview], [
    "completed",
    "Nineteen invoices reconciled; two need a receipt.",
  ]);
});

Deno.test("a terminal row counts before a request row that stays queued", async () => {
  const [row] = await rowsOf("delegations-queued-then-drained");
  assertEquals(row?.status, "completed");
});

Deno.test("a failed delegation comes with its error, by the request row's id", async () => {
  const rows = await rowsOf("delegations-failed");
  assertEquals(rows.map(({ delegation_id, status }) => [delegation_id, status]), [
    [DELEGATION_ID, "failed"],
  ]);
  assertEquals(rows[0]?.error, "access denied: workspaces cannot communicate per hierarchy rules");
});

Deno.test("a task in a poll-mode peer's inbox is queued, not answered with an envelope", async () => {
  const rows = await rowsOf("delegations-poll-envelope-preview");
  assertEquals(rows.length, 1);
  const [row] = rows;
  assertEquals([row?.status, row?.awaiting_peer], ["queued", true]);
  assertEquals(row?.response_preview, undefined);
  assertEquals(row?.summary, "Delivered to the peer's inbox; the peer has not answered yet");
});

Deno.test("a task queued for a busy peer keeps the platform's own summary", async () => {
  const [row] = await rowsOf("delegations-queued");
  assertEquals([row?.status, row?.awaiting_peer], ["queued", true]);
  assertEquals(row?.summary, "Delegation queued — target at capacity");
});

// Only the result's row knows of an answer: the request's is "completed" once it is handed over.
for (
  const [status, told] of [
    ["dispatched", "dispatched"],
    ["failed", "failed"],
    ["completed", "in_progress"],
  ]
) {
  Deno.test(`what the newest server notes in a request row that is ${status} is no answer`, async () => {
    const note = JSON.stringify({ delegation_id: DELEGATION_ID });
    await using server = jsonServer(
      [note, note.replace(":", ": ")].map((response_preview) => ({
        delegation_id: DELEGATION_ID,
        status,
        response_preview,
      })),
    );
    const rows = await listDelegations(clientAt(server.url), signal);
    assertEquals(rows.map((row) => [row.status, row.response_preview]), [[told, undefined]]);
  });
}

Deno.test("a peer that answers with the id of another delegation has answered", async () => {
  const response_preview = '{"delegation_id": "another"}';
  await using server = jsonServer([
    { delegation_id: DELEGATION_ID, status: "completed", response_preview },
  ]);
  const [row] = await listDelegations(clientAt(server.url), signal);
  assertEquals(row?.response_preview, response_preview);
});

Deno.test("rows of the newer ledger are read as well", async () => {
  const [row] = await rowsOf("delegations-ledger");
  assertEquals([row?.delegation_id, row?.status], [DELEGATION_ID, "in_progress"]);
});

Deno.test("no delegations is an empty list", async () => {
  assertEquals(await rowsOf("delegations-empty"), []);
});

Deno.test("a preview that the platform cut is marked so", async () => {
  const preview = "é".repeat(150) + "...";
  await using server = jsonServer([
    { delegation_id: "d-1", status: "completed", response_preview: preview },
    { delegation_id: "d-2", status: "completed", response_preview: "short, but ends so..." },
  ]);
  const rows = await listDelegations(clientAt(server.url), signal);
  assertEquals(rows.map(({ truncated }) => truncated), [true, undefined]);
});

Deno.test("odd rows are dropped or read as far as they go", async () => {
  await using server = jsonServer([null, 3, "x", [], {}, { delegation_id: "d-1", status: 7 }]);
  const rows = await listDelegations(clientAt(server.url), signal);
  assertEquals(rows, [{ delegation_id: "d-1", target_id: "", status: "unknown", summary: "" }]);
});

Deno.test("a log that is not a list is malformed, a failed query is a failure", async () => {
  await using odd = jsonServer({ delegations: [] });
  assertEquals((await failureOf(listDelegations(clientAt(odd.url), signal))).kind, "malformed");
  await using failing = answering("delegations-500");
  assertEquals((await failureOf(listDelegations(clientAt(failing.url), signal))).kind, "server");
});

Deno.test("completed, failed and stuck are final", () => {
  assertEquals(["completed", "failed", "stuck"].map(isTerminal), [true, true, true]);
  assertEquals(["queued", "pending", "dispatched", ""].map(isTerminal), [
    false,
    false,
    false,
    false,
  ]);
});
