import { canonicalPeerId } from "../../config/workspace_id.ts";
import { type JsonObject, textField } from "../../lib/json.ts";
import type { PlatformCaller } from "./call.ts";
import { PlatformError } from "../errors/platform_error.ts";
import { objectOf } from "../errors/malformed.ts";

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
 * Reads the record of the caller's own workspace, for which no token is needed.
 *
 * @throws {PlatformError} for what is neither the record, nor 404, nor 410
 */
export async function readRecord(
  caller: PlatformCaller,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<WorkspaceInfo> {
  try {
    const reply = await caller.request({
      method: "GET",
      path: ["workspaces", caller.workspace.id],
      tokenCheck: "never",
      timeoutMs,
      signal,
    });
    const record = objectOf(caller, reply, "a workspace record");
    // Older servers answer 200 for a removed workspace (src/platform/API.md, "Read a workspace").
    return record.status === "removed"
      ? removed(caller.workspace.id, record)
      : { state: "present", record };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const { id } = caller.workspace;
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
