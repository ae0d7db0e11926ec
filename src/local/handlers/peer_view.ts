/**
 * The members that every answer about a workspace has (src/platform/API.md, "List peers" and "Read
 * a workspace").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isObject } from "../state/json.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import { statusNow } from "../state/status.ts";

/** A workspace as its peers see it. */
export function peerView(platform: PlatformContext, row: WorkspaceRow) {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    tier: row.tier,
    status: statusNow(platform, row),
    agent_card: isObject(row.agentCard) ? row.agentCard : null,
    url: row.url ?? "",
    parent_id: row.parentId,
    active_tasks: row.activeTasks,
  };
}
