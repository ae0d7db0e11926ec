/**
 * Writing to the activity log.
 *
 * @module
 */
import type { PlatformContext } from "./context.ts";
import type { ActivityRow } from "./store.ts";

/** What a writer of a row has to say; the rest has defaults. */
export type ActivityEntry =
  & Pick<ActivityRow, "workspaceId" | "activityType">
  & Partial<Omit<ActivityRow, "id" | "seq" | "createdAt">>;

/** Inserts a row and tells the workspace's event stream. @throws StoreError */
export function logActivity(platform: PlatformContext, entry: ActivityEntry): ActivityRow {
  const row = platform.store.insertActivity({
    sourceId: null,
    targetId: null,
    method: null,
    summary: null,
    status: "ok",
    errorDetail: null,
    durationMs: null,
    ...entry,
    id: crypto.randomUUID(),
    createdAt: platform.clock.stamp(),
  });
  platform.events.emit(row.workspaceId, "ACTIVITY_LOGGED", {
    activity_type: row.activityType,
    method: row.method,
    summary: row.summary,
    status: row.status,
    source_id: row.sourceId,
    target_id: row.targetId,
    duration_ms: row.durationMs,
  });
  return row;
}
