/**
 * The memory plugin's own endpoints (src/platform/API.md, "Memories in namespaces").
 *
 * @module
 */
import { isUuid } from "../../lib/uuid.ts";
import type { PlatformContext } from "../context.ts";
import {
  type MemoryNamespace,
  namespaceOf,
  namespacesOf,
  readableMemories,
  refuseWithoutPlugin,
} from "../memories/plugin.ts";
import { rank } from "../memories/search.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, limitOf, param } from "../server/exchange.ts";
import { fail, json, noSuchEndpoint } from "../server/http.ts";
import type { MemoryRow } from "../state/rows.ts";
import { formatTimestamp } from "../state/timestamps.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
const KINDS = ["", "fact", "summary", "checkpoint"];
/** What an agent writes is a fact. */
const WRITTEN_KINDS = ["", "fact"];

/** GET /workspaces/{id}/v2/memories */
export function searchMemoriesV2(platform: PlatformContext, exchange: Exchange): Response {
  const refusal = refuse(platform);
  if (refusal) return refusal;
  const { query } = exchange;
  const kind = query.get("kind") ?? "";
  if (!KINDS.includes(kind)) return fail(502, "memory plugin search failed");
  const namespace = query.get("namespace") ?? "";
  const q = query.get("q") ?? "";
  const rows = readableMemories(platform, param(exchange, "id")).filter((row) =>
    WRITTEN_KINDS.includes(kind) &&
    (namespace === "" || namespaceOf(platform, row) === namespace)
  );
  const found = rank(rows, q, (row) => row.content).slice(
    0,
    limitOf(query, DEFAULT_LIMIT, MAX_LIMIT),
  );
  return json(200, { memories: found.map((row) => memoryView(platform, row, q !== "")) });
}

/** GET /workspaces/{id}/v2/namespaces */
export function listNamespaces(platform: PlatformContext, exchange: Exchange): Response {
  const refusal = refuse(platform);
  if (refusal) return refusal;
  const id = param(exchange, "id");
  const readable = namespacesOf(platform, id);
  const isRoot = platform.store.parentOf(id) === null;
  const writable = readable.filter(({ kind }) => kind !== "org" || isRoot);
  return json(200, {
    readable: readable.map(namespaceView),
    writable: writable.map(namespaceView),
  });
}

/** DELETE /workspaces/{id}/v2/memories/{memoryId} */
export function deleteMemoryV2(platform: PlatformContext, exchange: Exchange): Response {
  const refusal = refuse(platform);
  if (refusal) return refusal;
  const id = param(exchange, "id");
  const memoryId = param(exchange, "memoryId");
  if (!isUuid(memoryId)) return fail(502, "memory plugin delete failed");
  // Only the workspace's own namespace: not what it wrote for its team.
  const own = platform.store.memories().find((row) => row.id === memoryId && row.scope === "LOCAL");
  return own && platform.store.deleteMemory(id, memoryId)
    ? json(200, { status: "deleted" })
    : fail(404, "memory not found");
}

function refuse(platform: PlatformContext): Response | undefined {
  return isAtLeast(platform.options, "n2") ? refuseWithoutPlugin(platform) : noSuchEndpoint();
}

function memoryView(platform: PlatformContext, row: MemoryRow, scored: boolean) {
  return {
    id: row.id,
    namespace: namespaceOf(platform, row),
    content: row.content,
    kind: "fact",
    source: "agent",
    pin: false,
    created_at: formatTimestamp(row.createdAt),
    score: scored ? 1 : undefined,
    source_workspace_id: row.workspaceId,
  };
}

function namespaceView({ name, kind, label }: MemoryNamespace) {
  return { name, kind, label };
}
