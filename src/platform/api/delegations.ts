import type { PlatformClient } from "../client/client.ts";
import { type DelegationRow, delegationRow, type ReadRow } from "./delegation_row.ts";
import { field, textField } from "../../lib/json.ts";
import { malformed } from "../errors/malformed.ts";

export { type DelegationRow, PEER_ERROR, WAITS_IN_INBOX } from "./delegation_row.ts";

const TIMEOUT_MS = 10_000;

/** A delegation that the platform accepted. */
export interface AcceptedDelegation {
  readonly delegationId: string;
  readonly status: string;
  /** The same task had been delegated before; this is that delegation. */
  readonly repeated: boolean;
  readonly warning?: string;
}

/**
 * `POST /workspaces/{self}/delegate` (src/platform/API.md, "Delegate a task"). 202 and, for a
 * repeated key, 200 both mean accepted.
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
 * `GET /workspaces/{self}/delegations` (src/platform/API.md, "List delegations"): one entry a
 * delegation, newest first, with the status of its result row where there is one, and since when it
 * is.
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
  const best = new Map<string, ReadRow>();
  for (const value of reply.json) {
    const row = delegationRow(value);
    // A failed dispatch stores its result row without the id; the request row says it all.
    if (row.delegation_id === "") continue;
    const known = best.get(row.delegation_id);
    best.set(row.delegation_id, known ? merged(known, row) : row);
  }
  return [...best.values()].map(({ isRequest: _, ...row }) => row);
}

/** Whether the status is final. */
export function isTerminal(status: string): boolean {
  return status === "completed" || status === "failed" || status === "stuck";
}

/**
 * First 32 hex digits of SHA-256 over source, target and task (tests/README.md, "Delegating without
 * waiting").
 */
async function idempotencyKey(source: string, target: string, task: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${source}:${target}:${task}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How much a row says of its delegation; of two with the same weight the newer one counts. */
function weight(row: ReadRow): number {
  if (row.isRequest) return 0;
  if (row.response_preview !== undefined) return 4;
  if (row.awaiting_peer) return 3;
  return isTerminal(row.status) ? 2 : 1;
}

/** The better of two rows; it began when the older one was written. */
function merged(a: ReadRow, b: ReadRow): ReadRow {
  const better = weight(b) > weight(a) ? b : a;
  const [earliest] = [a, b].flatMap(({ created_at }) => created_at ?? [])
    .sort((one, other) => Date.parse(one) - Date.parse(other));
  return { ...better, ...(earliest !== undefined && { created_at: earliest }) };
}
