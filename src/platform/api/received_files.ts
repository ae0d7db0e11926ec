import type { PlatformClient } from "../client/client.ts";

const FETCH_TIMEOUT_MS = 60_000;
const ACK_TIMEOUT_MS = 10_000;

/**
 * A file that a user sent to the workspace: `GET …/pending-uploads/{file_id}/content`
 * (src/platform/API.md, "Fetch an uploaded file"), streamed.
 *
 * @param consume reads the body to its end
 * @throws {PlatformError}
 */
export async function fetchReceivedFile<T>(
  client: PlatformClient,
  fileId: string,
  consume: (body: ReadableStream<Uint8Array>) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return await client.stream({
    method: "GET",
    path: ["workspaces", client.workspace.id, "pending-uploads", fileId, "content"],
    accept: "*/*",
    timeoutMs: FETCH_TIMEOUT_MS,
    signal,
  }, async (response) => await consume(response.body ?? new Blob([]).stream()));
}

/**
 * `POST …/ack`: the file is safe here, the platform may forget it (src/platform/API.md, "Fetch an
 * uploaded file").
 *
 * @throws {PlatformError}
 */
export async function acknowledgeReceivedFile(
  client: PlatformClient,
  fileId: string,
  signal: AbortSignal,
): Promise<void> {
  await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "pending-uploads", fileId, "ack"],
    timeoutMs: ACK_TIMEOUT_MS,
    signal,
  });
}
