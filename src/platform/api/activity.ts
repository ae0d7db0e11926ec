import { cutText } from "../../lib/cut_text.ts";
import type { PlatformClient } from "../client/client.ts";
import { malformed } from "../errors/malformed.ts";

const TIMEOUT_MS = 10_000;
/** A report is for people only: nothing waits long for it. */
const REPORT_TIMEOUT_MS = 5_000;
const MAX_SUMMARY_LENGTH = 256;
const MAX_ERROR_LENGTH = 4096;

/** Parameters of `GET /workspaces/{id}/activity` (src/platform/API.md, "Read the activity log"). */
export interface ActivityQuery {
  /** Bound on the answer's size, if it is not to be the usual one. */
  readonly maxReplyBytes?: number;
  readonly type?: "a2a_receive";
  readonly sinceId?: string;
  readonly sinceSecs?: number;
  readonly peerId?: string;
  readonly beforeTs?: string;
  readonly limit?: number;
  readonly includePeerInfo?: boolean;
}

/**
 * Rows of the workspace's activity log. Oldest first with `sinceId`, newest first otherwise
 * (src/platform/API.md, "Read the activity log").
 *
 * @throws {PlatformError} kind `gone` for an unknown `sinceId`
 */
export async function listActivity(
  client: PlatformClient,
  query: ActivityQuery,
  signal: AbortSignal,
): Promise<unknown[]> {
  const reply = await client.request({
    method: "GET",
    path: ["workspaces", client.workspace.id, "activity"],
    query: {
      type: query.type,
      since_id: query.sinceId,
      since_secs: query.sinceSecs?.toString(),
      peer_id: query.peerId,
      before_ts: query.beforeTs,
      limit: query.limit?.toString(),
      include: query.includePeerInfo ? "peer_info" : undefined,
    },
    timeoutMs: TIMEOUT_MS,
    signal,
    maxReplyBytes: query.maxReplyBytes,
  });
  if (!Array.isArray(reply.json)) throw malformed(client, "a list of activity rows", reply.json);
  return reply.json;
}

/**
 * `POST /workspaces/{id}/activity/ack` (src/platform/API.md, "Acknowledge activity"): every row up
 * to this one was handled.
 *
 * @param seq of a row that exists: the platform never takes one back
 * @throws {PlatformError} 404 on a platform that has no such endpoint
 */
export async function acknowledgeActivity(
  client: PlatformClient,
  seq: number,
  signal: AbortSignal,
): Promise<void> {
  await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "activity", "ack"],
    json: { acked_seq: seq },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}

/** Something this workspace did, for the canvas (src/platform/API.md, "Report an activity"). */
export interface ActivityReport {
  readonly type: "a2a_send" | "a2a_receive";
  readonly targetId: string;
  readonly summary: string;
  readonly task?: string;
  readonly response?: string;
  readonly error?: string;
}

/**
 * `POST /workspaces/{self}/activity`, as the workspace that acts (tests/README.md, "Reporting what
 * was done"). Lengths are capped as in the reference.
 *
 * @throws {PlatformError}
 */
export async function reportActivity(
  client: PlatformClient,
  report: ActivityReport,
  signal?: AbortSignal,
): Promise<void> {
  await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "activity"],
    json: {
      activity_type: report.type,
      source_id: client.workspace.id,
      target_id: report.targetId,
      method: "message/send",
      summary: cutText(report.summary, MAX_SUMMARY_LENGTH),
      status: report.error === undefined ? "ok" : "error",
      request_body: report.task === undefined ? undefined : { task: report.task },
      response_body: report.response === undefined ? undefined : { result: report.response },
      error_detail: report.error && cutText(report.error, MAX_ERROR_LENGTH),
    },
    timeoutMs: REPORT_TIMEOUT_MS,
    signal,
  });
}
