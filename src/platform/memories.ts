import type { PlatformClient } from "./client.ts";
import { textField } from "./json.ts";
import { malformed, objectOf } from "./malformed.ts";

const TIMEOUT_MS = 10_000;

/** Who can see a memory (platform-api 15). */
export type MemoryScope = "LOCAL" | "TEAM" | "GLOBAL";

/**
 * `POST /workspaces/{id}/memories` (platform-api 15.1).
 *
 * @throws {PlatformError}
 */
export async function createMemory(
  client: PlatformClient,
  memory: { content: string; scope: MemoryScope },
  signal: AbortSignal,
): Promise<{ id: string; scope: string }> {
  const reply = await client.request({
    method: "POST",
    path: ["workspaces", client.workspace.id, "memories"],
    json: { ...memory, workspace_id: client.workspace.id },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const stored = objectOf(client, reply, "a stored memory");
  return {
    id: textField(stored, "id") ?? "",
    scope: textField(stored, "scope") ?? memory.scope,
  };
}

/**
 * `GET /workspaces/{id}/memories` (platform-api 15.2).
 *
 * @returns the decoded answer: a list of memories from every known platform
 * @throws {PlatformError} also when the answer is no JSON
 */
export async function searchMemories(
  client: PlatformClient,
  search: { query: string; scope: MemoryScope | "" },
  signal: AbortSignal,
): Promise<unknown> {
  const reply = await client.request({
    method: "GET",
    path: ["workspaces", client.workspace.id, "memories"],
    query: { workspace_id: client.workspace.id, q: search.query, scope: search.scope },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (reply.json === undefined) throw malformed(client, "a list of memories", undefined);
  return reply.json;
}
