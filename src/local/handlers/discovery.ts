/**
 * Peers, discover and check-access (src/platform/API.md, "Registry").
 *
 * @module
 */
import * as z from "zod/mini";
import { requireTokenIfEnrolled } from "../access/auth.ts";
import { canCommunicate, peersOf } from "../access/hierarchy.ts";
import { urlProblem } from "../access/url_safety.ts";
import type { PlatformContext } from "../context.ts";
import { claimedCaller, type Exchange, param } from "../server/exchange.ts";
import { bind, fail, field, json } from "../server/http.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import { statusNow } from "../state/status.ts";
import { peerView } from "./peer_view.ts";

/** First characters of the id in the name of a container. */
const CONTAINER_ID_LENGTH = 12;
const CONTAINER_PORT = 8000;

const checkAccessBody = z.object({
  caller_id: field.requiredText(),
  target_id: field.requiredText(),
});

/** GET /registry/{id}/peers */
export async function peers(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const id = param(exchange, "id");
  const refusal = await requireTokenIfEnrolled(platform, exchange, id, "discovery");
  if (refusal) return refusal;
  const self = platform.store.workspace(id);
  if (!self || self.status === "removed") return fail(404, "workspace not found");
  const wanted = (exchange.query.get("q") ?? "").trim().toLowerCase();
  const found = peersOf(platform, self).filter((peer) =>
    peer.name.toLowerCase().includes(wanted) || (peer.role ?? "").toLowerCase().includes(wanted)
  );
  return json(200, found.map((peer) => peerView(platform, peer)));
}

/** GET /registry/discover/{id} */
export async function discover(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const { store, options } = platform;
  const caller = claimedCaller(exchange.headers);
  if (caller === "") return fail(400, "X-Workspace-ID header is required");
  const refusal = await requireTokenIfEnrolled(platform, exchange, caller, "discovery");
  if (refusal) return refusal;
  const target = param(exchange, "id");
  if (!canCommunicate(platform, caller, target)) {
    return fail(403, "not authorized to discover this workspace");
  }
  const row = store.workspace(target);
  if (!row) return fail(404, "workspace not found");
  const status = statusNow(platform, row);
  if (status === "removed") return fail(503, "workspace not available", { status });
  const isUp = status === "online" || status === "degraded";
  const url = row.url ?? (row.runtime === "external" ? "" : containerUrl(row));
  if (row.runtime === "external" && url !== "" && await urlProblem(url, options)) {
    return fail(503, "workspace URL failed safety check");
  }
  if (url === "" && !isUp) return fail(503, "workspace not available", { status });
  // A poll-mode target has no URL; its callers go through the proxy.
  return json(200, { id: row.id, url, name: row.name });
}

/** POST /registry/check-access */
export function checkAccess(platform: PlatformContext, exchange: Exchange): Response {
  const body = bind(exchange.body, checkAccessBody);
  if (!body) return fail(400, "invalid request body");
  return json(200, { allowed: canCommunicate(platform, body.caller_id, body.target_id) });
}

function containerUrl(row: WorkspaceRow): string {
  return `http://ws-${row.id.slice(0, CONTAINER_ID_LENGTH)}:${CONTAINER_PORT}`;
}
