/**
 * What stands in front of every handler: CORS and the TenantGuard (src/platform/API.md, "Hosted
 * platforms"), and the headers that both and the handlers put on an answer.
 *
 * @module
 */
import { isAtLeast, type ResolvedOptions } from "../options.ts";
import type { Exchange } from "../server/exchange.ts";
import { empty, fail } from "../server/http.ts";

const GUARD_EXEMPT = ["/health", "/metrics", "/registry/register", "/registry/heartbeat"];
const GUARD_EXEMPT_IN_N2 = ["/buildinfo", ...GUARD_EXEMPT];
/** Where the platform's web front end runs in development (`CORS_ORIGINS` of the real server). */
const ALLOWED_ORIGINS = ["http://localhost:3000", "http://localhost:3001"];
const METHODS = "GET,POST,PUT,PATCH,DELETE,OPTIONS";
const HEADERS =
  "Origin,Content-Type,X-Workspace-Id,X-Molecule-Org-Id,X-Molecule-Org-Slug,X-Confirm-Name," +
  "Authorization";
const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  "Content-Security-Policy": "default-src 'self'",
};

/**
 * The answer to a foreign origin, which comes before everything else: 403, or, to the preflight of
 * an allowed one, 204. Nothing when the request may go on.
 */
export function answerOrigin(exchange: Exchange): Response | undefined {
  const origin = exchange.headers.get("Origin");
  if (origin === null || isOwnOrigin(exchange, origin)) return undefined;
  if (!ALLOWED_ORIGINS.includes(origin)) return empty(403);
  if (exchange.method !== "OPTIONS") return undefined;
  const response = empty(204);
  setAll(response, {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": HEADERS,
  });
  return response;
}

/** Puts on the answer what a browser of an allowed origin needs. */
export function allowOrigin(response: Response, exchange: Exchange): void {
  const origin = exchange.headers.get("Origin");
  if (origin === null || isOwnOrigin(exchange, origin)) return;
  if (!ALLOWED_ORIGINS.includes(origin)) return;
  setAll(response, {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
    "Vary": exchange.method === "OPTIONS"
      ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
      : "Origin",
  });
}

/** Puts the security headers on an answer from behind the guards, even on that of no endpoint. */
export function secure(response: Response): Response {
  setAll(response, SECURITY_HEADERS);
  return response;
}

function setAll(response: Response, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
}

/** The TenantGuard's refusal, or nothing when the request may go on. */
export function refuseForeignTenant(
  exchange: Exchange,
  options: ResolvedOptions,
): Response | undefined {
  const { orgId } = options;
  const isN2 = isAtLeast(options, "n2");
  if (orgId === undefined) return undefined;
  const exempt = isN2 ? GUARD_EXEMPT_IN_N2 : GUARD_EXEMPT;
  if (exempt.includes(exchange.path) || exchange.path.startsWith("/cp/")) return undefined;
  const presented = exchange.headers.get("X-Molecule-Org-Id");
  if (presented === orgId || isOwnOrigin(exchange, exchange.headers.get("Origin"))) {
    return undefined;
  }
  if (!isN2 || presented !== null) return empty(404);
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
