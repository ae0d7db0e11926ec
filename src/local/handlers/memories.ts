/**
 * Memories (src/platform/API.md, "Memories").
 *
 * @module
 */
import * as z from "zod/mini";
import type { PlatformContext } from "../context.ts";
import { readableMemories, refuseWithoutPlugin } from "../memories/plugin.ts";
import { defuseFrame, redact } from "../memories/redact.ts";
import { rank } from "../memories/search.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, limitOf, param } from "../server/exchange.ts";
import { bind, fail, field, json, noSuchEndpoint } from "../server/http.ts";
import type { MemoryRow, MemoryScope } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";
import { formatTimestamp } from "../state/timestamps.ts";
import { byteLength } from "../state/utf8.ts";

const MAX_NAMESPACE_BYTES = 50;
const MAX_FOUND = 50;

const memoryBody = z.object({
  content: field.requiredText(),
  scope: field.requiredText(),
  namespace: field.text(),
});

/** POST /workspaces/{id}/memories */
export function createMemory(platform: PlatformContext, exchange: Exchange): Response {
  const workspaceId = param(exchange, "id");
  const body = bind(exchange.body, memoryBody);
  if (!body) return fail(400, "invalid request body");
  const { scope } = body;
  if (!isScope(scope)) return fail(400, "scope must be LOCAL, TEAM, or GLOBAL");
  if (byteLength(body.namespace) > MAX_NAMESPACE_BYTES) {
    return fail(400, `namespace must be <= ${MAX_NAMESPACE_BYTES} characters`);
  }
  if (scope === "GLOBAL" && platform.store.parentOf(workspaceId) !== null) {
    return fail(403, "only root workspaces can write GLOBAL memories");
  }
  const refusal = refuseWithoutPlugin(platform);
  if (refusal) return refusal;
  const clean = redact(body.content);
  const row: MemoryRow = {
    id: crypto.randomUUID(),
    workspaceId,
    content: scope === "GLOBAL" ? defuseFrame(clean) : clean,
    scope,
    // The plugin has namespaces of its own.
    namespace: isAtLeast(platform.options, "n2") ? "general" : body.namespace || "general",
    createdAt: platform.clock.stamp(),
  };
  platform.store.insertMemory(row);
  return json(201, { id: row.id, scope, namespace: row.namespace });
}

/** GET /workspaces/{id}/memories */
export function searchMemories(platform: PlatformContext, exchange: Exchange): Response {
  const workspaceId = param(exchange, "id");
  if (isAtLeast(platform.options, "n2")) return newestMemories(platform, workspaceId);
  const { query } = exchange;
  const scope = query.get("scope") ?? "";
  const namespace = query.get("namespace") ?? "";
  const rows = readable(platform, workspaceId, scope)
    .filter((row) => namespace === "" || row.namespace === namespace);
  const found = rank(rows, query.get("q") ?? "", (row) => row.content)
    .slice(0, limitOf(query, MAX_FOUND, MAX_FOUND));
  return json(200, found.map((row) => memoryView(row, scope === "GLOBAL")));
}

/** DELETE /workspaces/{id}/memories/{memoryId}; gone in N2 */
export function deleteMemory(platform: PlatformContext, exchange: Exchange): Response {
  if (isAtLeast(platform.options, "n2")) return noSuchEndpoint();
  const deleted = platform.store.deleteMemory(param(exchange, "id"), param(exchange, "memoryId"));
  return deleted
    ? json(200, { status: "deleted" })
    : fail(404, "memory not found or not owned by this workspace");
}

/** N2: whatever was asked, the newest of all that the workspace may read. */
function newestMemories(platform: PlatformContext, workspaceId: string): Response {
  const refusal = refuseWithoutPlugin(platform);
  if (refusal) return refusal;
  try {
    const rows = readableMemories(platform, workspaceId).slice(0, MAX_FOUND);
    return json(200, rows.map(shortView));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return fail(502, "memory plugin search failed");
  }
}

function shortView({ id, content, scope, createdAt }: MemoryRow) {
  return { id, content, scope, created_at: formatTimestamp(createdAt) };
}

/** The memories of a scope that the workspace may read, newest first. */
function readable(platform: PlatformContext, workspaceId: string, scope: string): MemoryRow[] {
  const { store } = platform;
  const all = store.memories();
  switch (scope) {
    case "GLOBAL":
      return all.filter((row) => row.scope === "GLOBAL");
    case "TEAM": {
      // The lead and its children: all of them may communicate with each other.
      const lead = store.parentOf(workspaceId) ?? workspaceId;
      return all.filter((row) =>
        row.scope === "TEAM" &&
        (row.workspaceId === lead || store.parentOf(row.workspaceId) === lead)
      );
    }
    default:
      return all.filter((row) =>
        row.workspaceId === workspaceId && (scope !== "LOCAL" || row.scope === "LOCAL")
      );
  }
}

function isScope(text: string): text is MemoryScope {
  return text === "LOCAL" || text === "TEAM" || text === "GLOBAL";
}

function memoryView(row: MemoryRow, framed: boolean) {
  const { id, workspaceId, content } = row;
  return {
    id,
    workspace_id: workspaceId,
    content: framed ? `[MEMORY id=${id} scope=GLOBAL from=${workspaceId}]: ${content}` : content,
    scope: row.scope,
    namespace: row.namespace,
    created_at: formatTimestamp(row.createdAt),
  };
}
