import type { PlatformClient } from "./client.ts";
import { malformed } from "./malformed.ts";

const TIMEOUT_MS = 10_000;

/** Parameters of `GET /workspaces/{id}/activity` (platform-api 11.1). */
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
 * (platform-api 11.1).
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
