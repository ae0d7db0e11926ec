import type { PlatformClient } from "../client/client.ts";
import { field, textField } from "../../lib/json.ts";
import { malformed, objectOf } from "../errors/malformed.ts";

const TIMEOUT_MS = 10_000;

/** Who can see a memory (src/platform/API.md, "Memories"). */
export type MemoryScope = "LOCAL" | "TEAM" | "GLOBAL";

/**
 * `POST /workspaces/{id}/memories` (src/platform/API.md, "Store a memory").
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
    once: true,
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
 * `GET /workspaces/{id}/memories` (src/platform/API.md, "Search memories").
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

/** A memory of the newer interface (src/platform/API.md, "Memories in namespaces"). */
export interface FiledMemory {
  readonly id: string;
  readonly content: string;
  readonly namespace: string;
}

/**
 * `GET /workspaces/{id}/v2/memories`: a full-text search for whole words, the best first; without
 * words the newest.
 *
 * @throws {PlatformError} also where there is no such interface
 */
export async function searchFiledMemories(
  client: PlatformClient,
  search: { query: string; namespace?: string; limit: number },
  signal: AbortSignal,
): Promise<FiledMemory[]> {
  const reply = await client.request({
    method: "GET",
    path: ["workspaces", client.workspace.id, "v2", "memories"],
    query: { q: search.query, namespace: search.namespace, limit: String(search.limit) },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const rows = field(reply.json, "memories");
  if (!Array.isArray(rows)) throw malformed(client, "a list of memories", rows);
  return rows.flatMap((row) => {
    const content = textField(row, "content");
    return content === undefined ? [] : [{
      id: textField(row, "id") ?? "",
      content,
      namespace: textField(row, "namespace") ?? "",
    }];
  });
}

/** Where memories are filed in the newer interface; anything but these kinds is the operator's own. */
const SCOPE_OF_KIND: Readonly<Record<string, MemoryScope>> = {
  workspace: "LOCAL",
  team: "TEAM",
  org: "GLOBAL",
};

/**
 * `GET /workspaces/{id}/v2/namespaces`: the scope of each namespace that the workspace may read.
 *
 * @throws {PlatformError} also where there is no such interface
 */
export async function readableNamespaces(
  client: PlatformClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, MemoryScope | undefined>> {
  const reply = await client.request({
    method: "GET",
    path: ["workspaces", client.workspace.id, "v2", "namespaces"],
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const rows = field(reply.json, "readable");
  if (!Array.isArray(rows)) throw malformed(client, "a list of namespaces", rows);
  return new Map(rows.flatMap((row) => {
    const name = textField(row, "name");
    return name === undefined ? [] : [[name, SCOPE_OF_KIND[textField(row, "kind") ?? ""]]];
  }));
}
