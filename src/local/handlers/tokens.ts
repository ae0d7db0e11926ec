/**
 * Tokens of a workspace and its connection settings (src/platform/API.md, "Tokens of a workspace").
 *
 * @module
 */
import { isUuid } from "../../lib/uuid.ts";
import { makeToken, revokeTokens } from "../access/tokens.ts";
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { fail, json } from "../server/http.ts";
import type { JsonObject } from "../state/json.ts";
import { formatOptional, formatTimestamp } from "../state/timestamps.ts";

const MAX_LIVE_TOKENS = 50;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const UNTOLD_TOKEN = "<ROTATE_TO_REVEAL_TOKEN>";
const SNIPPETS = [
  "curl_register_template",
  "python_snippet",
  "claude_code_channel_snippet",
  "universal_mcp_snippet",
  "hermes_channel_snippet",
  "codex_snippet",
  "openclaw_snippet",
  "kimi_snippet",
];

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
  const { token, row } = await makeToken(id, clock.stamp(), undefined, "api");
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
  const tokenId = param(exchange, "tokenId");
  if (!isUuid(tokenId)) return fail(500, "failed to revoke token");
  const row = store.liveTokens(param(exchange, "id")).find(({ id }) => id === tokenId);
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
  revokeTokens(platform, id);
  store.insertToken(row);
  return json(200, { connection: connectionOf(platform, id, exchange.baseUrl, token) });
}

/** GET /workspaces/{id}/external/connection */
export function getConnection(platform: PlatformContext, exchange: Exchange): Response {
  const id = param(exchange, "id");
  return refuseInternal(platform, id) ??
    json(200, { connection: connectionOf(platform, id, exchange.baseUrl, "") });
}

function refuseInternal(platform: PlatformContext, id: string): Response | undefined {
  const row = platform.store.workspace(id);
  if (!row) return fail(404, "workspace not found");
  if (row.runtime === "external") return undefined;
  const { runtime } = row;
  const more: JsonObject = isAtLeast(platform.options, "n3") ? { runtime } : {};
  return fail(400, "workspace is not external: its token is managed by the platform", more);
}

function connectionOf(
  platform: PlatformContext,
  id: string,
  baseUrl: string,
  token: string,
): JsonObject {
  const snippets = isAtLeast(platform.options, "n3") ? snippetsOf(id, baseUrl, token) : {};
  return {
    workspace_id: id,
    platform_url: baseUrl,
    auth_token: token,
    registry_endpoint: `${baseUrl}/registry/register`,
    heartbeat_endpoint: `${baseUrl}/registry/heartbeat`,
    ...snippets,
  };
}

/** What people paste; a literal stands in for a token that is not shown. */
function snippetsOf(id: string, baseUrl: string, token: string): JsonObject {
  const settings = [
    `WORKSPACE_ID=${id}`,
    `PLATFORM_URL=${baseUrl}`,
    `MOLECULE_WORKSPACE_TOKEN=${token || UNTOLD_TOKEN}`,
  ];
  const text = settings.map((setting) => `export ${setting}`).join("\n");
  return Object.fromEntries(SNIPPETS.map((name) => [name, text]));
}

function numberOf(text: string | null, lowest: number, highest: number): number | undefined {
  const value = /^\d+$/.test(text ?? "") ? Number(text) : NaN;
  return value >= lowest && value <= highest ? value : undefined;
}
