import { canonicalPeerId } from "../config/workspace_id.ts";
import type { PlatformClient } from "./client.ts";
import { PlatformError } from "./errors.ts";
import { type JsonObject, textField } from "../lib/json.ts";
import { objectOf } from "./malformed.ts";

const TIMEOUT_MS = 10_000;
const REMOVED_HINT = "Regenerate workspace + token from the canvas → Tokens tab";

/** The workspace's own record, or that it was removed, or that there is none. */
export type WorkspaceInfo =
  | { readonly state: "present"; readonly record: JsonObject }
  | {
    readonly state: "removed";
    readonly id: string;
    readonly removedAt: string | null;
    readonly hint: string;
  }
  | { readonly state: "absent" }
  /** What the client calls its workspace cannot be the id of any: it is not a UUID. */
  | { readonly state: "no_id" };

/**
 * `GET /workspaces/{id}` of the client's own workspace (platform-api 8).
 *
 * @throws {PlatformError} for what is neither the record, nor 404, nor 410
 */
export async function getWorkspace(
  client: PlatformClient,
  signal?: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<WorkspaceInfo> {
  const askedAtMs = performance.now();
  const info = await readRecord(client, timeoutMs, signal);
  client.access.recordSays(info, askedAtMs);
  return info;
}

async function readRecord(
  client: PlatformClient,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<WorkspaceInfo> {
  try {
    const reply = await client.request({
      method: "GET",
      path: ["workspaces", client.workspace.id],
      tokenCheck: "never",
      timeoutMs,
      ...(signal && { signal }),
    });
    const record = objectOf(client, reply, "a workspace record");
    // Older servers answer 200 for a removed workspace (platform-api 8).
    return record.status === "removed"
      ? removed(client.workspace.id, record)
      : { state: "present", record };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const { id } = client.workspace;
    if (error.kind === "gone") return removed(id, error.body);
    if (error.kind === "not_found") return { state: "absent" };
    const isUuid = canonicalPeerId(id) !== undefined;
    if (error.status === 400 && !isUuid) return { state: "no_id" };
    throw error;
  }
}

function removed(ownId: string, body: unknown): WorkspaceInfo {
  return {
    state: "removed",
    id: textField(body, "id") ?? ownId,
    removedAt: textField(body, "removed_at") ?? null,
    hint: textField(body, "hint") ?? REMOVED_HINT,
  };
}
