import type { PlatformClient } from "../client/client.ts";
import { readRecord, type WorkspaceInfo } from "../client/workspace_record.ts";

const TIMEOUT_MS = 10_000;

/**
 * `GET /workspaces/{id}` of the client's own workspace (src/platform/API.md, "Read a workspace").
 *
 * @throws {PlatformError} for what is neither the record, nor 404, nor 410
 */
export async function getWorkspace(
  client: PlatformClient,
  signal?: AbortSignal,
): Promise<WorkspaceInfo> {
  const askedAtMs = performance.now();
  const info = await readRecord(client, TIMEOUT_MS, signal);
  client.access.recordSays(info, askedAtMs);
  return info;
}
