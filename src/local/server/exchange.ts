/**
 * One request on its way through the platform.
 *
 * @module
 */

/** A received request, its body read. */
export interface Exchange {
  method: string;
  /** The path, decoded segment by segment only where a route takes a parameter. */
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  /** Scheme and host as the caller addressed the platform, for example `http://127.0.0.1:8080`. */
  baseUrl: string;
  /** The parameters of the route. */
  params: Record<string, string>;
}

const BEARER = "Bearer ";

/** The bearer token of the request, null when there is none. The prefix is case-sensitive. */
export function bearerOf(headers: Headers): string | null {
  const value = headers.get("Authorization") ?? "";
  if (!value.startsWith(BEARER)) return null;
  return value.slice(BEARER.length).trim() || null;
}

/** The workspace that the caller says it is (`X-Workspace-ID`), as given; empty: it does not say. */
export function claimedCaller(headers: Headers): string {
  return headers.get("X-Workspace-ID")?.trim() ?? "";
}

/** A route parameter; the router guarantees those that the pattern names. */
export function param(exchange: Exchange, name: string): string {
  const value = exchange.params[name];
  if (value === undefined) throw new Error(`Cannot read the route parameter ${name}: not in route`);
  return value;
}
