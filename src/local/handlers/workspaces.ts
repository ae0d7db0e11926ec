/**
 * Reading a workspace and its state (src/platform/API.md, "Read a workspace").
 *
 * @module
 */
import { isUuid } from "../../lib/uuid.ts";
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { fail, json } from "../server/http.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import { statusNow } from "../state/status.ts";
import { formatOptional } from "../state/timestamps.ts";
import { peerView } from "./peer_view.ts";

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
      hint: isAtLeast(platform.options, "n3")
        ? "Create a replacement workspace, then its token under Settings → Workspace Tokens"
        : "Regenerate workspace + token from the canvas → Tokens tab",
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
    ...(isAtLeast(platform.options, "n3") && additionsOfN3(row)),
  };
}

function additionsOfN3(row: WorkspaceRow) {
  return {
    kind: "workspace",
    broadcast_enabled: row.mayBroadcast,
    talk_to_user_enabled: row.mayTalkToUser,
    compute: {},
    loaded_mcp_tools: [],
    mcp_surface: null,
    last_heartbeat_at: formatOptional(row.lastHeartbeatAt),
    last_sample_error: row.lastSampleError,
    wedged: false,
  };
}
