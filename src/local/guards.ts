/**
 * What stands in front of every handler: CORS and the TenantGuard (platform-api 1.4).
 *
 * @module
 */
import type { Exchange } from "./exchange.ts";
import { empty, fail } from "./http.ts";
import type { ResolvedOptions } from "./options.ts";

const GUARD_EXEMPT = ["/health", "/metrics", "/registry/register", "/registry/heartbeat"];

/** The refusal of the guards, or nothing when the request may go on. */
export function guard(exchange: Exchange, options: ResolvedOptions): Response | undefined {
  return refuseForeignOrigin(exchange, options) ?? refuseForeignTenant(exchange, options);
}

function refuseForeignOrigin(exchange: Exchange, options: ResolvedOptions): Response | undefined {
  const origin = exchange.headers.get("Origin");
  if (origin === null || isOwnOrigin(exchange, origin)) return undefined;
  return options.corsOrigins.includes(origin) ? undefined : empty(403);
}

function refuseForeignTenant(exchange: Exchange, options: ResolvedOptions): Response | undefined {
  const { orgId, variant } = options;
  if (orgId === undefined) return undefined;
  if (GUARD_EXEMPT.includes(exchange.path) || exchange.path.startsWith("/cp/")) return undefined;
  const presented = exchange.headers.get("X-Molecule-Org-Id");
  if (presented === orgId || isOwnOrigin(exchange, exchange.headers.get("Origin"))) {
    return undefined;
  }
  if (variant === "n1" || presented !== null) return empty(404);
  return fail(400, "missing tenant routing header", {
    code: "TENANT_ORG_HEADER_REQUIRED",
    required_header: "X-Molecule-Org-Id",
    detail: "Send X-Molecule-Org-Id with the id of the organisation.",
  });
}

/** Exactly the scheme and host of the platform: no path, no trailing slash. */
function isOwnOrigin(exchange: Exchange, origin: string | null): boolean {
  const host = new URL(exchange.baseUrl).host;
  return origin === `http://${host}` || origin === `https://${host}`;
}
