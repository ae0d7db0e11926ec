/**
 * Who may call: the checks of bearer tokens (src/platform/API.md, "Tokens" and "Refused tokens").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { bearerOf, type Exchange } from "../server/exchange.ts";
import { fail } from "../server/http.ts";
import { sha256Hex } from "../state/ids.ts";
import { StoreError } from "../state/store.ts";

/**
 * The guard of `/workspaces/{id}/…`: a live token of that workspace, or the admin token.
 * Returns the refusal, or nothing when the caller may pass. While the database is away the refusal
 * is that of a wrong token.
 */
export async function requireWorkspaceToken(
  platform: PlatformContext,
  exchange: Exchange,
  workspaceId: string,
): Promise<Response | undefined> {
  const bearer = bearerOf(exchange.headers);
  if (bearer === null) return fail(401, "missing workspace auth token");
  if (await isAdmin(platform, bearer)) return undefined;
  try {
    if (await ownsToken(platform, workspaceId, bearer)) return undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
  return fail(401, "invalid workspace auth token");
}

/** Whether the bearer is the admin token, which passes for every workspace. */
export async function isAdmin({ options }: PlatformContext, bearer: string): Promise<boolean> {
  if (options.adminToken === undefined) return false;
  return await sha256Hex(bearer) === await sha256Hex(options.adminToken);
}

/** The endpoints that check a bearer only in part: each group has rules and texts of its own. */
export type EndpointGroup = "registry" | "discovery" | "proxy";

/**
 * The guard of the registry, of peers and discover, and of a2a callers. A bearer is required only
 * once the workspace has a live token; by the registry (N2) only once it has one of the kind
 * `instance`. When the database fails during that check, the request passes; in N3 peers and
 * discover answer 503 instead, and so does the registry when its flag says so.
 */
export async function requireTokenIfEnrolled(
  platform: PlatformContext,
  exchange: Exchange,
  workspaceId: string,
  group: EndpointGroup,
): Promise<Response | undefined> {
  const whose = group === "proxy" ? "caller" : "workspace";
  try {
    if (!isEnrolled(platform, workspaceId, group)) return undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return cannotVerify(platform, group);
  }
  const bearer = bearerOf(exchange.headers);
  if (bearer === null) return fail(401, `missing ${whose} auth token`);
  if (await ownsToken(platform, workspaceId, bearer)) return undefined;
  return fail(401, `invalid ${whose} auth token`);
}

/** Whether the workspace has a token of the kind `instance`; N1 does not tell kinds apart. */
export function hasInstanceToken(platform: PlatformContext, workspaceId: string): boolean {
  const live = platform.store.liveTokens(workspaceId);
  return isAtLeast(platform.options, "n2")
    ? live.some((row) => row.kind === "instance")
    : live.length > 0;
}

/** Whether the bearer is a live token of the workspace; records the use. @throws StoreError */
async function ownsToken(
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

function isEnrolled(platform: PlatformContext, workspaceId: string, group: EndpointGroup): boolean {
  return group === "registry"
    ? hasInstanceToken(platform, workspaceId)
    : platform.store.liveTokens(workspaceId).length > 0;
}

function cannotVerify({ options }: PlatformContext, group: EndpointGroup): Response | undefined {
  if (!isAtLeast(options, "n3")) return undefined;
  if (group === "discovery") {
    return fail(503, "platform datastore unavailable — retry shortly", {
      code: "platform_unavailable",
    });
  }
  if (group === "registry" && options.registryTokenCheckFailClosed) {
    return fail(503, "cannot verify workspace credentials", {
      detail: "The database did not answer. Try again shortly.",
    });
  }
  return undefined;
}
