/**
 * Tokens and who may call (platform-api 1.2, 1.3).
 *
 * @module
 */
import type { PlatformContext } from "./context.ts";
import { bearerOf, type Exchange } from "./exchange.ts";
import { fail } from "./http.ts";
import { randomSecret, sha256Hex } from "./ids.ts";
import { StoreError, type TokenRow } from "./store.ts";
import type { Micros } from "./timestamps.ts";

const PREFIX_LENGTH = 8;

/** A token as it is made: the text for the one who asked, the row for the store. */
export interface MintedToken {
  token: string;
  row: TokenRow;
}

/** Makes a token (or a row for a given one) without storing it. */
export async function makeToken(
  workspaceId: string,
  createdAt: Micros,
  token: string = randomSecret(),
): Promise<MintedToken> {
  const row: TokenRow = {
    id: crypto.randomUUID(),
    workspaceId,
    hash: await sha256Hex(token),
    prefix: token.slice(0, PREFIX_LENGTH),
    createdAt,
    lastUsedAt: null,
    revokedAt: null,
  };
  return { token, row };
}

/**
 * The guard of `/workspaces/{id}/…`: a live token of that workspace, or the admin token.
 * Answers the refusal, or nothing when the caller may pass.
 */
export async function requireWorkspaceToken(
  platform: PlatformContext,
  exchange: Exchange,
  workspaceId: string,
): Promise<Response | undefined> {
  const bearer = bearerOf(exchange.headers);
  if (bearer === null) return fail(401, "missing workspace auth token");
  if (platform.options.adminToken !== undefined) {
    if (await sha256Hex(bearer) === await sha256Hex(platform.options.adminToken)) return undefined;
  }
  try {
    if (await ownsToken(platform, workspaceId, bearer)) return undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return fail(503, "platform datastore unavailable — retry shortly", {
      code: "platform_unavailable",
    });
  }
  return fail(401, "invalid workspace auth token");
}

/**
 * The guard of the registry and of a2a callers: a bearer is demanded only once the workspace has a
 * live token; when the database fails during that check, the request passes too.
 *
 * @param whose The word in the error text: `workspace` or `caller`
 */
export async function requireTokenIfEnrolled(
  platform: PlatformContext,
  exchange: Exchange,
  workspaceId: string,
  whose: "workspace" | "caller" = "workspace",
): Promise<Response | undefined> {
  if (!hasLiveToken(platform, workspaceId)) return undefined;
  const bearer = bearerOf(exchange.headers);
  if (bearer === null) return fail(401, `missing ${whose} auth token`);
  if (await ownsToken(platform, workspaceId, bearer)) return undefined;
  return fail(401, `invalid ${whose} auth token`);
}

/** Whether the bearer is a live token of the workspace; records the use. @throws StoreError */
export async function ownsToken(
  platform: PlatformContext,
  workspaceId: string,
  bearer: string,
): Promise<boolean> {
  const row = platform.store.liveTokenByHash(await sha256Hex(bearer));
  if (!row || row.workspaceId !== workspaceId.toLowerCase()) return false;
  platform.store.updateToken(row.id, { lastUsedAt: platform.clock.nowMicros() });
  return true;
}

/** The workspace that owns the bearer, if any. @throws StoreError */
export async function tokenOwner(
  platform: PlatformContext,
  bearer: string | null,
): Promise<string | undefined> {
  if (bearer === null) return undefined;
  return platform.store.liveTokenByHash(await sha256Hex(bearer))?.workspaceId;
}

function hasLiveToken(platform: PlatformContext, workspaceId: string): boolean {
  try {
    return platform.store.liveTokens(workspaceId).length > 0;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}
