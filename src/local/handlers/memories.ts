/**
 * Memories (platform-api 15.1 to 15.3).
 *
 * @module
 */
import * as z from "zod/mini";
import type { PlatformContext } from "../context.ts";
import { type Exchange, param } from "../exchange.ts";
import { bind, fail, field, json } from "../http.ts";
import { defuseFrame, redact } from "../redact.ts";
import { rank } from "../search.ts";
import type { MemoryRow, MemoryScope } from "../store.ts";
import { byteLength } from "../text.ts";
import { formatTimestamp } from "../timestamps.ts";

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
  const clean = redact(body.content);
  const row: MemoryRow = {
    id: crypto.randomUUID(),
    workspaceId,
    content: scope === "GLOBAL" ? defuseFrame(clean) : clean,
    scope,
    namespace: body.namespace || "general",
    createdAt: platform.clock.stamp(),
  };
  platform.store.insertMemory(row);
  return json(201, { id: row.id, scope, namespace: row.namespace });
}

/** GET /workspaces/{id}/memories */
export function searchMemories(platform: PlatformContext, exchange: Exchange): Response {
  const workspaceId = param(exchange, "id");
  const { query } = exchange;
  const scope = query.get("scope") ?? "";
  const namespace = query.get("namespace") ?? "";
  const rows = readable(platform, workspaceId, scope)
    .filter((row) => namespace === "" || row.namespace === namespace);
  const found = rank(rows, query.get("q") ?? "", (row) => row.content)
    .slice(0, limitOf(query.get("limit")));
  return json(200, found.map((row) => memoryView(row, scope === "GLOBAL")));
}

/** DELETE /workspaces/{id}/memories/{memoryId} */
export function deleteMemory(platform: PlatformContext, exchange: Exchange): Response {
  const deleted = platform.store.deleteMemory(param(exchange, "id"), param(exchange, "memoryId"));
  return deleted
    ? json(200, { status: "deleted" })
    : fail(404, "memory not found or not owned by this workspace");
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

function limitOf(text: string | null): number {
  const limit = /^\d+$/.test(text ?? "") ? Number(text) : 0;
  return limit < 1 ? MAX_FOUND : Math.min(limit, MAX_FOUND);
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
