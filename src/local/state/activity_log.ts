/**
 * Writing to the activity log, and telling the workspace's event stream of it.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import type { ActivityRow } from "./rows.ts";

/** What a writer of a row has to say; the rest has defaults. */
export type ActivityEntry =
  & Pick<ActivityRow, "workspaceId" | "activityType">
  & Partial<Omit<ActivityRow, "id" | "seq" | "createdAt">>;

/** Inserts a row and tells the workspace's event stream. @throws StoreError */
export function logActivity(platform: PlatformContext, entry: ActivityEntry): ActivityRow {
  const row = insertActivity(platform, entry);
  announceActivity(platform, row);
  return row;
}

/**
 * Inserts a row of which the event stream does not hear: the server's `notify`, broadcasts and
 * delegations write theirs without an event. @throws StoreError
 */
export function insertActivity(platform: PlatformContext, entry: ActivityEntry): ActivityRow {
  return platform.store.insertActivity({
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
}

/** Tells the event stream of a row, with its bodies: one event can be as large as a message. */
export function announceActivity(platform: PlatformContext, row: ActivityRow): void {
  const { errorDetail, requestBody, responseBody, messageId } = row;
  platform.events.emit(row.workspaceId, "ACTIVITY_LOGGED", {
    activity_type: row.activityType,
    method: row.method,
    summary: row.summary,
    status: row.status,
    source_id: row.sourceId,
    target_id: row.targetId,
    duration_ms: row.durationMs,
    request_body: requestBody,
    response_body: responseBody,
    error_detail: errorDetail ?? undefined,
    message_id: isAtLeast(platform.options, "n3") ? messageId : undefined,
  });
}
