/**
 * Tokens of a workspace and its connection settings (platform-api 12).
 *
 * @module
 */
import { makeToken } from "../auth.ts";
import type { PlatformContext } from "../context.ts";
import { type Exchange, param } from "../exchange.ts";
import { fail, json } from "../http.ts";
import { formatOptional, formatTimestamp } from "../timestamps.ts";

const MAX_LIVE_TOKENS = 50;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** GET /workspaces/{id}/tokens */
export function listTokens(platform: PlatformContext, exchange: Exchange): Response {
  const limit = numberOf(exchange.query.get("limit"), 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
  const offset = numberOf(exchange.query.get("offset"), 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const page = platform.store.liveTokens(param(exchange, "id")).slice(offset, offset + limit);
  const tokens = page.map((row) => ({
    id: row.id,
    prefix: row.prefix,
    created_at: formatTimestamp(row.createdAt),
    last_used_at: formatOptional(row.lastUsedAt),
  }));
  return json(200, { tokens, count: tokens.length });
}

/** POST /workspaces/{id}/tokens */
export async function createToken(
  platform: PlatformContext,
  exchange: Exchange,
): Promise<Response> {
  const { store, clock } = platform;
  const id = param(exchange, "id");
  const { token, row } = await makeToken(id, clock.stamp());
  if (store.liveTokens(id).length >= MAX_LIVE_TOKENS) {
    return fail(429, `maximum ${MAX_LIVE_TOKENS} active tokens per workspace`);
  }
  store.insertToken(row);
  return json(201, {
    auth_token: token,
    workspace_id: id,
    message: "Save this token now — it cannot be retrieved again.",
  });
}

/** DELETE /workspaces/{id}/tokens/{tokenId} */
export function revokeToken(platform: PlatformContext, exchange: Exchange): Response {
  const { store, clock } = platform;
  const live = store.liveTokens(param(exchange, "id"));
  const row = live.find(({ id }) => id === param(exchange, "tokenId"));
  if (!row) return fail(404, "token not found or already revoked");
  store.updateToken(row.id, { revokedAt: clock.nowMicros() });
  return json(200, { status: "revoked" });
}

/** POST /workspaces/{id}/external/rotate */
export async function rotate(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const { store, clock } = platform;
  const id = param(exchange, "id");
  const refusal = refuseInternal(platform, id);
  if (refusal) return refusal;
  const { token, row } = await makeToken(id, clock.stamp());
  for (const { id: old } of store.liveTokens(id)) {
    store.updateToken(old, { revokedAt: clock.nowMicros() });
  }
  store.insertToken(row);
  return json(200, { connection: connectionOf(id, exchange.baseUrl, token) });
}

/** GET /workspaces/{id}/external/connection */
export function getConnection(platform: PlatformContext, exchange: Exchange): Response {
  const id = param(exchange, "id");
  return refuseInternal(platform, id) ??
    json(200, { connection: connectionOf(id, exchange.baseUrl, "") });
}

function refuseInternal(platform: PlatformContext, id: string): Response | undefined {
  const row = platform.store.workspace(id);
  if (!row) return fail(404, "workspace not found");
  if (row.runtime === "external") return undefined;
  return fail(400, "workspace is not external: its token is managed by the platform");
}

function connectionOf(id: string, baseUrl: string, token: string) {
  return {
    workspace_id: id,
    platform_url: baseUrl,
    auth_token: token,
    registry_endpoint: `${baseUrl}/registry/register`,
    heartbeat_endpoint: `${baseUrl}/registry/heartbeat`,
  };
}

function numberOf(text: string | null, lowest: number, highest: number): number | undefined {
  const value = /^\d+$/.test(text ?? "") ? Number(text) : NaN;
  return value >= lowest && value <= highest ? value : undefined;
}
