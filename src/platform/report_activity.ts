import { cutText } from "../lib/cut_text.ts";
import type { PlatformClient } from "./client.ts";

const TIMEOUT_MS = 5_000;
const MAX_SUMMARY_LENGTH = 256;
const MAX_ERROR_LENGTH = 4096;

/** Something this workspace did, for the canvas (platform-api 11.2). */
export interface ActivityReport {
  readonly type: "a2a_send" | "a2a_receive";
  readonly targetId: string;
  readonly summary: string;
  readonly task?: string;
  readonly response?: string;
  readonly error?: string;
}

/**
 * `POST /workspaces/{self}/activity`, as the workspace that acts (runtime-behaviour D1, case 412).
 * Lengths are capped as in the reference.
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
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}
