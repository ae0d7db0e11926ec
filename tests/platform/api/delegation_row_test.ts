import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { delegationRow } from "../../../src/platform/api/delegation_row.ts";
import { isTerminal, listDelegations } from "../../../src/platform/api/delegations.ts";
import { clientAt, jsonServer } from "../support.ts";

const ID = "6f8a0c2e-4b6d-4f80-91a3-c5e7092b4d0d";
const PEER = "a94e07d2-5c13-4f8b-9e60-1b7d3c2f8a02";

/** The request row as the newest platform writes it (src/platform/API.md, "List delegations"). */
function request(status: string, more = {}) {
  return {
    id: crypto.randomUUID(),
    type: "delegation",
    delegation_id: ID,
    target_id: PEER,
    status,
    summary: `Delegating to ${PEER}`,
    response_preview: JSON.stringify({ delegation_id: ID }, null, 1),
    created_at: "2026-08-12T09:30:00Z",
    ...more,
  };
}

function result(status: string, preview: string, summary = `Delegation completed (${preview})`) {
  return {
    id: crypto.randomUUID(),
    type: "delegation",
    delegation_id: ID,
    target_id: PEER,
    status,
    summary,
    response_preview: preview,
    created_at: "2026-08-12T09:30:31Z",
  };
}

const ENVELOPE = '{"delivery_mode":"poll","method":"message/send","status":"queued"}';

async function listed(rows: unknown[]) {
  await using server = jsonServer(rows);
  return await listDelegations(clientAt(server.url), AbortSignal.timeout(60_000));
}

for (const status of ["pending", "dispatched", "queued", "failed", "completed"]) {
  Deno.test(`the bookkeeping in the request row of a ${status} task is no result`, async () => {
    const [row] = await listed([request(status)]);
    assertEquals(row?.response_preview, undefined);
    // That the task was handed over is not that it was answered.
    assertEquals(row?.status, status === "completed" ? "in_progress" : status);
    assert(!Object.hasOwn(row ?? {}, "isRequest"));
  });
}

Deno.test("a poll-mode peer's task waits in its inbox, in whichever order the rows come", async () => {
  const rows = [result("completed", ENVELOPE), request("completed")];
  for (const order of [rows, rows.toReversed()]) {
    const [row, ...others] = await listed(order);
    assertEquals(others, []);
    assertEquals([row?.status, row?.awaiting_peer], ["queued", true]);
    assertEquals(row?.response_preview, undefined);
  }
});

Deno.test("that a task waits in an inbox says more than an end without an answer", async () => {
  const { response_preview: _, ...ended } = result("failed", "");
  const rows = [ended, result("completed", ENVELOPE)];
  for (const order of [rows, rows.toReversed()]) {
    const [row] = await listed(order);
    assertEquals([row?.status, row?.awaiting_peer], ["queued", true]);
  }
});

Deno.test("the status and the answer come from the result's row alone", async () => {
  for (const status of ["completed", "dispatched", "failed", "stuck"]) {
    const [row] = await listed([request(status), result("completed", "Four boats")]);
    assertEquals([row?.status, row?.response_preview], ["completed", "Four boats"]);
  }
});

Deno.test("a delegation began when its request was written", async () => {
  const [row] = await listed([result("completed", "Four boats"), request("completed")]);
  assertEquals(row?.created_at, "2026-08-12T09:30:00Z");
});

for (
  const [what, preview, error] of [
    [
      "a JSON-RPC error",
      '{"jsonrpc":"2.0","id":"1","error":{"code":-32603,"message":"out of coffee"}}',
      "out of coffee",
    ],
    ["an error in words", '{"error":"out of coffee"}', "out of coffee"],
    ["the runtime's own error text", "Agent error: out of coffee", "Agent error: out of coffee"],
  ] as const
) {
  Deno.test(`${what} in the place of an answer is a failure, not a result`, async () => {
    const [row] = await listed([result("completed", preview), request("completed")]);
    assertEquals([row?.status, row?.error], ["failed", error]);
    assertEquals(row?.summary, "The peer answered with an error");
    assertEquals(row?.response_preview, undefined);
    assert(!row?.summary.includes("completed"));
  });
}

Deno.test("a JSON-RPC error that the platform has cut is still not an answer", async () => {
  const long = JSON.stringify({
    jsonrpc: "2.0",
    error: { code: -32603, message: "x".repeat(400) },
  });
  const [row] = await listed([result("completed", `${long.slice(0, 300)}...`)]);
  assertEquals(row?.status, "failed");
});

Deno.test("an answer that speaks of errors is an answer", async () => {
  for (
    const preview of [
      '{"errors": 0, "boats": 4}',
      'The log says {"jsonrpc":"2.0","error":{"code":1}}',
      '{"jsonrpc":"2.0","result":{"error":"none"}}',
    ]
  ) {
    const [row] = await listed([result("completed", preview)]);
    assertEquals([row?.status, row?.response_preview], ["completed", preview]);
  }
});

Deno.test("a row of any JSON is read, and never completed by the request alone", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assertEquals(typeof delegationRow(value).status, "string");
  }));
  fc.assert(fc.property(fc.string(), (status) => {
    const row = delegationRow(request(status));
    assertEquals(row.response_preview, undefined);
    assert(!isTerminal(row.status) || status !== "completed");
  }));
});

Deno.test("a peer's error is a failure, whole or cut, and the same words in an answer are not", async () => {
  const error = { jsonrpc: "2.0", id: "1", error: { code: -32603, message: "no boats" } };
  const cut = `${JSON.stringify(error).slice(0, 60)}...`;
  for (const preview of ["Agent error: no boats", JSON.stringify(error), cut]) {
    const [row] = await listed([result("completed", preview)]);
    assertEquals([row?.status, row?.response_preview], ["failed", undefined], preview);
    assert(row?.error?.includes("no boats") || row?.error === cut, row?.error);
  }
  const answers = [
    '{"jsonrpc":"2.0","result":{"error":"none"}, "cut...',
    '{"error": "the word alone", "cut...',
    '{"boats":4}',
    "There was an Agent error: yesterday",
  ];
  for (const preview of answers) {
    const [row] = await listed([result("completed", preview)]);
    assertEquals([row?.status, row?.response_preview], ["completed", preview]);
  }
});

Deno.test("a row that says nothing but its id still has a status and a summary", async () => {
  assertEquals(await listed([{ delegation_id: ID }]), [
    { delegation_id: ID, target_id: "", status: "unknown", summary: "" },
  ]);
});
