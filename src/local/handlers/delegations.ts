/**
 * Delegations (platform-api 10).
 *
 * @module
 */
import * as z from "zod/mini";
import type { PlatformContext } from "../context.ts";
import {
  answerText,
  type Delegation,
  delegationIdOf,
  findByKey,
  insertCompleted,
  insertFailed,
  insertQueued,
  insertRequestRow,
  updateRequestRow,
} from "../delivery/delegation_rows.ts";
import { mayDelegate, proxyMessage } from "../delivery/proxy.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { bind, fail, field, json } from "../server/http.ts";
import { isObject, type Json, parseJson } from "../state/json.ts";
import { isUuid } from "../state/ids.ts";
import { isAtLeast } from "../options.ts";
import type { ActivityRow } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";
import { byteLength, cutBytes } from "../state/utf8.ts";
import { formatTimestamp } from "../state/timestamps.ts";

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
    // The task is sent all the same; only its status cannot be followed.
    if (!(error instanceof StoreError)) throw error;
    warning = { warning: "delegation dispatched but status tracking unavailable" };
  }
  platform.background.run(() => send(platform, delegation));
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

/** Sends the task in the background, a second time after a failure that may pass. */
async function send(platform: PlatformContext, delegation: Delegation): Promise<void> {
  const { background, options } = platform;
  attempt(() => setStatus(platform, delegation, "dispatched"));
  let reply = await sendOnce(platform, delegation);
  if (mayPass(reply)) {
    await background.pause(options.delegateRetryMs);
    if (background.signal.aborted) return;
    reply = await sendOnce(platform, delegation);
  }
  attempt(() => writeResult(platform, delegation, reply));
}

interface Reply {
  status: number;
  text: string;
}

async function sendOnce(platform: PlatformContext, delegation: Delegation): Promise<Reply> {
  const { id, sourceId, targetId, task } = delegation;
  const message = {
    role: "user",
    messageId: id,
    parts: [{ kind: "text", text: task }],
    metadata: { delegation_id: id },
  };
  const params = { message, metadata: { delegation_id: id } };
  const text = JSON.stringify({ jsonrpc: "2.0", id, method: "message/send", params });
  try {
    const call = { callerId: sourceId, targetId, text, delegationId: id };
    const response = await proxyMessage(platform, call);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { status: 500, text: JSON.stringify({ error: "lookup failed" }) };
  }
}

/** An agent that could not be reached or is being restarted. */
function mayPass({ status, text }: Reply): boolean {
  if (status === 502) return true;
  const body = parseJson(text);
  return status === 503 && isObject(body) && body.restarting === true;
}

function writeResult(platform: PlatformContext, delegation: Delegation, reply: Reply): void {
  const { status, text } = reply;
  const body = parseJson(text);
  if (status === 202 && isObject(body) && body.queued === true) {
    setStatus(platform, delegation, "queued");
    insertQueued(platform, delegation);
  } else if (status < 300) {
    setStatus(platform, delegation, "completed");
    // A poll-mode target's envelope lands here too, as in S and N1: its text becomes the preview.
    insertCompleted(platform, delegation, answerText(text));
  } else {
    const error = isObject(body) && typeof body.error === "string" ? body.error : text;
    setStatus(platform, delegation, "failed", error);
    insertFailed(platform, delegation, error);
  }
}

function setStatus(
  platform: PlatformContext,
  { sourceId, id }: Delegation,
  status: string,
  error?: string,
): void {
  updateRequestRow(platform, sourceId, id, status, error);
}

/** Nobody waits for what the background writes; a failing database leaves the rows as they are. */
function attempt(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
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
