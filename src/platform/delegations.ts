import { isQueuedEnvelope } from "./a2a_reply.ts";
import type { PlatformClient } from "./client.ts";
import { field, textField } from "./json.ts";
import { malformed } from "./malformed.ts";

const TIMEOUT_MS = 10_000;
/** Previews are cut at 300 bytes plus three dots (platform-api 10.2). */
const PREVIEW_BYTES = 300;

/** This program's summary of a delegation whose preview is no answer. */
export const WAITS_IN_INBOX = "Delivered to the peer's inbox; the peer has not answered yet";

/** A delegation that the platform accepted. */
export interface AcceptedDelegation {
  readonly delegationId: string;
  readonly status: string;
  /** The same task had been delegated before; this is that delegation. */
  readonly repeated: boolean;
  readonly warning?: string;
}

/** One row of the delegation log, with the reference's field names. */
export interface DelegationRow {
  readonly delegation_id: string;
  readonly target_id: string;
  readonly status: string;
  readonly summary: string;
  readonly response_preview?: string;
  /** The preview was cut by the platform. */
  readonly truncated?: true;
  /** The preview is not an answer: the task waits in the peer's inbox. */
  readonly awaiting_peer?: true;
  readonly error?: string;
  readonly created_at?: string;
}

/**
 * `POST /workspaces/{self}/delegate` (platform-api 10.1). 202 and, for a repeated key, 200 both mean
 * accepted.
 *
 * @throws {PlatformError}
 */
export async function delegate(
  client: PlatformClient,
  targetId: string,
  task: string,
  signal: AbortSignal,
): Promise<AcceptedDelegation> {
  const reply = await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "delegate"],
    source: true,
    json: {
      target_id: targetId,
      task,
      idempotency_key: await idempotencyKey(client.workspace.id, targetId, task),
    },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const delegationId = textField(reply.json, "delegation_id");
  if (delegationId === undefined) throw malformed(client, "an accepted delegation", reply.json);
  const warning = textField(reply.json, "warning");
  return {
    delegationId,
    status: textField(reply.json, "status") ?? "delegated",
    repeated: field(reply.json, "idempotent_hit") === true,
    ...(warning !== undefined && { warning }),
  };
}

/**
 * `GET /workspaces/{self}/delegations` (platform-api 10.2): one entry a delegation, newest first,
 * the terminal row preferred over the request row.
 *
 * @throws {PlatformError}
 */
export async function listDelegations(
  client: PlatformClient,
  signal: AbortSignal,
): Promise<DelegationRow[]> {
  const reply = await client.request({
    method: "GET",
    path: ["workspaces", client.workspace.id, "delegations"],
    source: true,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (!Array.isArray(reply.json)) throw malformed(client, "a list of delegations", reply.json);
  const best = new Map<string, DelegationRow>();
  for (const value of reply.json) {
    const row = delegationRow(value);
    // A failed dispatch stores its result row without the id; the request row says it all.
    if (row.delegation_id === "") continue;
    const known = best.get(row.delegation_id);
    if (!known || weight(row) > weight(known)) best.set(row.delegation_id, row);
  }
  return [...best.values()];
}

/** Whether the status is final. */
export function isTerminal(status: string): boolean {
  return status === "completed" || status === "failed" || status === "stuck";
}

/** First 32 hex digits of SHA-256 over source, target and task (runtime-behaviour D3). */
async function idempotencyKey(source: string, target: string, task: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${source}:${target}:${task}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How much a row says of its delegation; of two with the same weight the newer one counts. */
function weight(row: DelegationRow): number {
  if (row.response_preview !== undefined) return 3;
  // The request row of such a delegation says "completed", although nothing was answered.
  if (row.awaiting_peer) return 2;
  return isTerminal(row.status) ? 1 : 0;
}

function delegationRow(value: unknown): DelegationRow {
  const preview = previewOf(value);
  const error = textField(value, "error") ?? textField(value, "error_detail");
  const createdAt = textField(value, "created_at");
  const queued = preview !== undefined && isQueuedEnvelope(preview);
  const status = textField(value, "status") ?? "unknown";
  return {
    delegation_id: textField(value, "delegation_id") ?? "",
    target_id: textField(value, "target_id") ?? "",
    // S and N1 call a task completed once it lies in a poll-mode peer's inbox (10.2).
    status: queued ? "queued" : status,
    summary: queued && preview.includes('"delivery_mode"')
      ? WAITS_IN_INBOX
      : textField(value, "summary") ?? "",
    ...(preview !== undefined && !queued && previewFields(preview)),
    ...(queued && { awaiting_peer: true as const }),
    ...(error !== undefined && { error }),
    ...(createdAt !== undefined && { created_at: createdAt }),
  };
}

/** The preview, unless it is the bookkeeping of a request row (platform-api-2026-08 3.2a). */
function previewOf(row: unknown): string | undefined {
  const preview = textField(row, "response_preview");
  const id = textField(row, "delegation_id");
  const isBookkeeping = id !== undefined &&
    preview?.replace(" ", "") === `{"delegation_id":"${id}"}`;
  return isBookkeeping ? undefined : preview;
}

function previewFields(preview: string): Pick<DelegationRow, "response_preview" | "truncated"> {
  const truncated = preview.endsWith("...") &&
    new TextEncoder().encode(preview).length >= PREVIEW_BYTES;
  return { response_preview: preview, ...(truncated && { truncated }) };
}
