import { integerWithin } from "../../lib/bounded_integer.ts";
import type { PlatformClient } from "../client/client.ts";
import { field } from "../../lib/json.ts";
import { objectOf } from "../errors/malformed.ts";

const NOTIFY_TIMEOUT_MS = 30_000;
const BROADCAST_TIMEOUT_MS = 30_000;

/**
 * A file of the agent, as `chat/uploads` returned it (src/platform/API.md, "Message the user" and
 * "Upload a file").
 */
export interface SentFile {
  readonly uri: string;
  readonly name: string;
  readonly mimeType?: string;
  readonly size?: number;
}

/**
 * `POST /workspaces/{id}/notify`: a bubble on the user's canvas (src/platform/API.md, "Message the
 * user"). Not idempotent: never repeated after a possible delivery.
 *
 * @throws {PlatformError}
 */
export async function notifyUser(
  client: PlatformClient,
  message: string,
  attachments: readonly SentFile[],
  signal: AbortSignal,
): Promise<void> {
  const reply = await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "notify"],
    once: true,
    json: { message, ...(attachments.length > 0 && { attachments }) },
    timeoutMs: NOTIFY_TIMEOUT_MS,
    signal,
  });
  objectOf(client, reply, "a confirmation");
}

/**
 * `POST /workspaces/{id}/broadcast` (tests/README.md, "Broadcasting").
 *
 * @returns to how many workspaces it went, when the platform says so
 * @throws {PlatformError}
 */
export async function broadcast(
  client: PlatformClient,
  message: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const reply = await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "broadcast"],
    once: true,
    json: { message },
    timeoutMs: BROADCAST_TIMEOUT_MS,
    signal,
  });
  const delivered = field(objectOf(client, reply, "a confirmation"), "delivered");
  return integerWithin(delivered, { min: 0, max: Number.MAX_SAFE_INTEGER });
}
