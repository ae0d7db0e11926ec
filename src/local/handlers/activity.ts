/**
 * Reading, writing and acknowledging the activity log (src/platform/API.md, "Activity log").
 *
 * @module
 */
import * as z from "zod/mini";
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, integerOf, limitOf, param } from "../server/exchange.ts";
import { bind, fail, field, json, noSuchEndpoint } from "../server/http.ts";
import { logActivity } from "../state/activity_log.ts";
import { parseUuid } from "../state/ids.ts";
import { type ActivityFilter, StoreError } from "../state/store.ts";
import { parseTimestamp } from "../state/timestamps.ts";
import { activityView } from "./activity_view.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const MAX_SINCE_SECONDS = 2_592_000;
const MAX_GO_INT = 2 ** 63 - 1;
const REPORTABLE = [
  "a2a_send",
  "a2a_receive",
  "task_update",
  "agent_log",
  "skill_promotion",
  "memory_write",
  "error",
];

const reportBody = z.object({
  activity_type: field.requiredText(),
  method: field.text(),
  summary: field.text(),
  target_id: field.text(),
  source_id: field.text(),
  status: field.text(),
  error_detail: field.text(),
  duration_ms: z.nullish(z.int()),
  request_body: field.json(),
  response_body: field.json(),
  metadata: field.json(),
});

const ackBody = z.object({ acked_seq: z.nullish(z.int()) });

/** GET /workspaces/{id}/activity */
export function getActivity(platform: PlatformContext, exchange: Exchange): Response {
  const workspaceId = param(exchange, "id");
  const filter = filterOf(exchange.query, platform);
  if (filter instanceof Response) return filter;
  const sinceId = exchange.query.get("since_id") ?? "";
  if (sinceId !== "" && !platform.options.ignoresSinceId) {
    const cursor = findCursor(platform, workspaceId, sinceId);
    if (cursor instanceof Response) return cursor;
    Object.assign(filter, { after: cursor, order: "oldest first" });
  }
  const extras = platform.options.activityExtras;
  const include = (exchange.query.get("include") ?? "").split(",").map((item) => item.trim());
  const withPeers = extras && include.includes("peer_info");
  const rows = platform.store.activity(workspaceId, filter);
  return json(
    200,
    rows.map((row) => activityView(platform, row, exchange.baseUrl, { extras, withPeers })),
  );
}

/** POST /workspaces/{id}/activity */
export function reportActivity(platform: PlatformContext, exchange: Exchange): Response {
  const id = param(exchange, "id");
  const body = bind(exchange.body, reportBody);
  if (!body) return fail(400, "invalid request body");
  if (!REPORTABLE.includes(body.activity_type)) {
    return fail(400, `invalid activity_type, must be one of: ${REPORTABLE.join(", ")}`);
  }
  // The server compares the text, not the id: upper case is refused.
  if (body.source_id !== "" && body.source_id !== id) {
    return fail(403, "source_id must match authenticated workspace");
  }
  const request = body.request_body ?? body.metadata;
  try {
    logActivity(platform, {
      workspaceId: id,
      activityType: body.activity_type,
      sourceId: id,
      targetId: body.target_id || null,
      method: body.method || null,
      summary: body.summary || null,
      status: body.status || "ok",
      errorDetail: body.error_detail || null,
      durationMs: body.duration_ms ?? null,
      requestBody: request ?? undefined,
      responseBody: body.response_body ?? undefined,
    });
  } catch (error) {
    // The platform says "logged" also when it could not store the row.
    if (!(error instanceof StoreError)) throw error;
  }
  return json(200, { status: "logged" });
}

/** POST /workspaces/{id}/activity/ack (N2) */
export function acknowledge(platform: PlatformContext, exchange: Exchange): Response {
  if (!platform.options.activityExtras) return noSuchEndpoint();
  const body = bind(exchange.body, ackBody);
  if (body?.acked_seq == null) return fail(400, "acked_seq is required");
  if (body.acked_seq < 0) return fail(400, "acked_seq must be >= 0");
  const last = platform.store.acknowledgeActivity(param(exchange, "id"), body.acked_seq);
  return json(200, { last_acked_seq: last });
}

function findCursor(
  platform: PlatformContext,
  workspaceId: string,
  sinceId: string,
): { createdAt: number; seq: number } | Response {
  try {
    const row = platform.store.activityRow(workspaceId, sinceId);
    if (row) return { createdAt: row.createdAt, seq: row.seq };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return fail(500, "cursor lookup failed");
  }
  return fail(
    410,
    "since_id cursor not found (row may have been pruned or belongs to a different workspace); " +
      "omit since_id to reset",
  );
}

function filterOf(query: URLSearchParams, platform: PlatformContext): ActivityFilter | Response {
  const filter: ActivityFilter = {
    order: "newest first",
    limit: limitOf(query, DEFAULT_LIMIT, MAX_LIMIT),
  };
  const type = query.get("type") ?? "";
  if (type !== "") filter.activityType = type;

  const source = query.get("source") ?? "";
  if (source === "canvas" || source === "agent") filter.source = source;
  else if (source !== "") return fail(400, "source must be 'canvas' or 'agent'");

  const peerId = query.get("peer_id") ?? "";
  if (peerId !== "") {
    const peer = parseUuid(peerId);
    if (peer === undefined) return fail(400, "peer_id must be a UUID");
    filter.peerId = peer;
  }

  const beforeTs = query.get("before_ts") ?? "";
  if (beforeTs !== "") {
    const before = parseTimestamp(beforeTs);
    if (before === null) {
      return fail(400, "before_ts must be an RFC3339 timestamp (e.g. 2026-05-01T00:00:00Z)");
    }
    filter.before = before;
  }

  const sinceSecs = query.get("since_secs") ?? "";
  if (sinceSecs !== "") {
    const seconds = integerOf(sinceSecs);
    const isHuge = seconds !== undefined && seconds > MAX_GO_INT;
    // N1 cannot read a number above 64 bits; N3 takes it for the longest time.
    if (seconds === undefined || seconds < 1 || (isHuge && !isAtLeast(platform.options, "n3"))) {
      return fail(400, "since_secs must be a positive integer");
    }
    filter.since = platform.clock.nowMicros() - Math.min(seconds, MAX_SINCE_SECONDS) * 1e6;
  }
  return filter;
}
