import type { PlatformClient } from "./client.ts";

const TIMEOUT_MS = 10_000;

/**
 * `POST /workspaces/{id}/activity/ack` (platform-api 11.3): every row up to this one was handled.
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
