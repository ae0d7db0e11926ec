/**
 * Writing to the activity log, and announcing the rows on the workspace's event stream.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import type { ActivityRow } from "./rows.ts";

/** What the writer of a row sets; the rest has defaults. */
export type ActivityEntry =
  & Pick<ActivityRow, "workspaceId" | "activityType">
  & Partial<Omit<ActivityRow, "id" | "seq" | "createdAt">>;

/** Inserts a row and announces it on the workspace's event stream. @throws StoreError */
export function logActivity(platform: PlatformContext, entry: ActivityEntry): ActivityRow {
  const row = insertActivity(platform, entry);
  announceActivity(platform, row);
  return row;
}

/**
 * Inserts a row without announcing it: so the server does for `notify`, broadcasts and
 * delegations. @throws StoreError
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

/** Announces a row, with its bodies: one event can be as large as a message. */
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
