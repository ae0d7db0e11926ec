/**
 * Rows of the activity log as the endpoint shows them (src/platform/API.md, "Read the activity
 * log").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isObject, type Json, type JsonObject } from "../state/json.ts";
import type { ActivityRow } from "../state/rows.ts";
import { formatTimestamp } from "../state/timestamps.ts";

/** Which of N2's additions to show. */
export interface ActivityAdditions {
  /** `seq`. */
  extras: boolean;
  /** `peer_name`, `peer_role`, `agent_card_url` and `attachments`. */
  withPeers: boolean;
}

/** The row as JSON; what is undefined is left out. */
export function activityView(
  platform: PlatformContext,
  row: ActivityRow,
  baseUrl: string,
  additions: ActivityAdditions,
) {
  return {
    id: row.id,
    workspace_id: row.workspaceId,
    activity_type: row.activityType,
    source_id: row.sourceId,
    target_id: row.targetId,
    method: row.method,
    summary: row.summary,
    duration_ms: row.durationMs,
    status: row.status,
    error_detail: row.errorDetail,
    created_at: formatTimestamp(row.createdAt),
    request_body: row.requestBody,
    response_body: row.responseBody,
    seq: additions.extras ? row.seq : undefined,
    ...(additions.withPeers && peerInfo(platform, row, baseUrl)),
  };
}

function peerInfo(platform: PlatformContext, row: ActivityRow, baseUrl: string) {
  const peer = row.sourceId === null || row.sourceId === row.workspaceId
    ? undefined
    : platform.store.workspace(row.sourceId);
  const attachments = partsOf(row.requestBody).flatMap(attachmentOf);
  return {
    peer_name: peer?.name || undefined,
    peer_role: peer?.role || undefined,
    agent_card_url: peer && `${baseUrl}/registry/discover/${peer.id}`,
    attachments: attachments.length > 0 ? attachments : undefined,
  };
}

function partsOf(envelope: Json | undefined): Json[] {
  const params = isObject(envelope) ? envelope.params : undefined;
  const message = isObject(params) ? params.message : undefined;
  const parts = isObject(message) ? message.parts : undefined;
  return Array.isArray(parts) ? parts : [];
}

function attachmentOf(part: Json): JsonObject[] {
  if (!isObject(part)) return [];
  const kind = part.kind ?? part.type;
  if (kind !== "file" && kind !== "image" && kind !== "audio" && kind !== "video") return [];
  const file = isObject(part.file) ? part.file : part;
  const mimeType = file.mimeType ?? file.mime_type;
  const attachment: JsonObject = { kind };
  if (typeof file.uri === "string") attachment.uri = file.uri;
  if (typeof mimeType === "string") attachment.mime_type = mimeType;
  if (typeof file.name === "string") attachment.name = file.name;
  return [attachment];
}
