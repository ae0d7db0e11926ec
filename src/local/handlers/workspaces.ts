/**
 * Reading a workspace and its state (platform-api 8).
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { type Exchange, param } from "../exchange.ts";
import { fail, json } from "../http.ts";
import { isUuid } from "../ids.ts";
import { peerView } from "../peer_view.ts";
import { statusNow } from "../status.ts";
import type { WorkspaceRow } from "../store.ts";
import { formatOptional } from "../timestamps.ts";

/** GET /workspaces/{id} */
export function getWorkspace(platform: PlatformContext, exchange: Exchange): Response {
  const id = param(exchange, "id");
  if (!isUuid(id)) return fail(400, "invalid workspace ID");
  const row = platform.store.workspace(id);
  if (!row) return fail(404, "workspace not found");
  if (row.status === "removed" && exchange.query.get("include_removed") !== "true") {
    return fail(410, "workspace removed", {
      id: row.id,
      removed_at: formatOptional(row.removedAt),
      hint: "Regenerate workspace + token from the canvas → Tokens tab",
    });
  }
  return json(200, workspaceView(platform, row));
}

/** GET /workspaces/{id}/state */
export function getState(platform: PlatformContext, exchange: Exchange): Response {
  const id = param(exchange, "id");
  const row = platform.store.workspace(id);
  if (!row) return json(404, { workspace_id: id, deleted: true });
  const status = statusNow(platform, row);
  if (status === "removed") return json(404, { workspace_id: id, deleted: true, status });
  return json(200, { workspace_id: id, status, paused: status === "paused", deleted: false });
}

function workspaceView(platform: PlatformContext, row: WorkspaceRow) {
  return {
    ...peerView(platform, row),
    max_concurrent_tasks: row.maxConcurrentTasks,
    last_error_rate: row.lastErrorRate,
    uptime_seconds: row.uptimeSeconds,
    x: row.x,
    y: row.y,
    collapsed: row.collapsed,
    runtime: row.runtime,
    last_outbound_at: formatOptional(row.lastOutboundAt),
  };
}
