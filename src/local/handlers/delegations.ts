/**
 * Delegating a task, and the list of delegations (src/platform/API.md, "Delegations").
 *
 * @module
 */
import * as z from "zod/mini";
import { isUuid } from "../../lib/uuid.ts";
import type { PlatformContext } from "../context.ts";
import { sendDelegation } from "../delivery/send_delegation.ts";
import {
  type Delegation,
  delegationIdOf,
  findByKey,
  insertCompleted,
  insertRequestRow,
  updateRequestRow,
} from "../delivery/delegation_rows.ts";
import { mayDelegate } from "../delivery/proxy.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { bind, fail, field, json } from "../server/http.ts";
import { isObject, type Json } from "../state/json.ts";
import type { ActivityRow } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";
import { formatTimestamp } from "../state/timestamps.ts";
import { byteLength, cutBytes } from "../state/utf8.ts";

const MAX_LISTED = 50;
const PREVIEW_BYTES = 300;

const delegateBody = z.object({
  target_id: field.requiredText(),
  task: field.requiredText(),
  idempotency_key: field.text(),
});
const recordBody = z.object({
  target_id: field.requiredText(),
  task: field.requiredText(),
  delegation_id: field.requiredText(),
});
const updateBody = z.object({
  status: field.requiredText(),
  error: field.text(),
  response_preview: field.text(),
});

/** POST /workspaces/{id}/delegate */
export function delegate(platform: PlatformContext, exchange: Exchange): Response {
  const sourceId = param(exchange, "id");
  const body = bind(exchange.body, delegateBody);
  if (!body) return fail(400, "invalid delegation request");
  const targetId = body.target_id.toLowerCase();
  if (!isUuid(targetId)) return fail(400, "target_id must be a valid UUID");
  if (targetId === sourceId) {
    return fail(400, "self-delegation not permitted", selfDelegationHelp(platform));
  }
  if (!mayDelegate(platform, sourceId)) return fail(403, "tool call failed");

  const delegation: Delegation = {
    id: crypto.randomUUID(),
    sourceId,
    targetId,
    task: body.task,
    idempotencyKey: body.idempotency_key,
  };
  let warning: { warning?: string } = {};
  try {
    const known = body.idempotency_key && findByKey(platform, sourceId, body.idempotency_key);
    if (known) return repeated(known);
    insertRequestRow(platform, delegation, "pending");
  } catch (error) {
    // The task is sent nevertheless; only its status cannot be followed.
    if (!(error instanceof StoreError)) throw error;
    warning = { warning: "delegation dispatched but status tracking unavailable" };
  }
  platform.background.run(() => sendDelegation(platform, delegation));
  return json(202, {
    delegation_id: delegation.id,
    status: "delegated",
    target_id: targetId,
    ...warning,
  });
}

/** GET /workspaces/{id}/delegations */
export function listDelegations(platform: PlatformContext, exchange: Exchange): Response {
  const rows = platform.store.activity(param(exchange, "id"), {
    activityType: "delegation",
    order: "newest first",
    limit: MAX_LISTED,
  });
  return json(200, rows.map(delegationView));
}

/** POST /workspaces/{id}/delegations/record */
export function recordDelegation(platform: PlatformContext, exchange: Exchange): Response {
  const body = bind(exchange.body, recordBody);
  if (!body) return fail(400, "invalid request body");
  if (!isUuid(body.target_id)) return fail(400, "target_id must be a valid UUID");
  const { delegation_id: id, target_id: targetId, task } = body;
  const delegation = { id, sourceId: param(exchange, "id"), targetId, task };
  insertRequestRow(platform, delegation, "dispatched");
  return json(202, { delegation_id: id, status: "recorded" });
}

/** POST /workspaces/{id}/delegations/{delegationId}/update */
export function updateDelegation(platform: PlatformContext, exchange: Exchange): Response {
  const body = bind(exchange.body, updateBody);
  if (!body) return fail(400, "invalid request body");
  const { status, error, response_preview: preview } = body;
  if (status !== "completed" && status !== "failed") {
    return fail(400, "status must be 'completed' or 'failed'");
  }
  const id = param(exchange, "delegationId");
  const sourceId = param(exchange, "id");
  const row = updateRequestRow(platform, sourceId, id, status, error || undefined);
  if (row && status === "completed") {
    insertCompleted(platform, { id, sourceId, targetId: row.targetId ?? "" }, preview);
  }
  return json(200, { status, delegation_id: id });
}

function selfDelegationHelp({ options }: PlatformContext): Record<string, string> {
  if (!isAtLeast(options, "n2")) return {};
  return {
    reason: "The target is the workspace that delegates.",
    hint: "Do the work, or delegate it to a peer.",
  };
}

function repeated(row: ActivityRow): Response {
  return json(200, {
    delegation_id: delegationIdOf(row),
    status: row.status,
    target_id: row.targetId,
    idempotent_hit: true,
  });
}

function delegationView(row: ActivityRow) {
  return {
    id: row.id,
    type: "delegation",
    source_id: row.sourceId,
    target_id: row.targetId ?? "",
    summary: row.summary,
    status: row.status,
    created_at: formatTimestamp(row.createdAt),
    delegation_id: delegationIdOf(row),
    error: row.errorDetail ?? undefined,
    response_preview: previewOf(row.responseBody),
  };
}

/** The answer's text, else the whole body as the database writes it, cut. */
function previewOf(body: Json | undefined): string | undefined {
  if (body === undefined) return undefined;
  const text = isObject(body) && typeof body.text === "string" ? body.text : databaseText(body);
  return byteLength(text) > PREVIEW_BYTES ? `${cutBytes(text, PREVIEW_BYTES)}...` : text;
}

/** JSON in PostgreSQL's way: with a space after colons and commas. */
function databaseText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(databaseText).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) =>
    `${JSON.stringify(key)}: ${databaseText(item)}`
  );
  return `{${members.join(", ")}}`;
}
