/**
 * One request on its way through the platform, and how handlers read its headers and parameters.
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

/** The workspace that the caller claims to be (`X-Workspace-ID`); empty when it claims none. */
export function claimedCaller(headers: Headers): string {
  return headers.get("X-Workspace-ID")?.trim() ?? "";
}

/**
 * A parameter that limits the number of rows. What is not a positive integer counts as the default,
 * what is above the maximum as the maximum.
 */
export function limitOf(query: URLSearchParams, defaultLimit: number, maxLimit: number): number {
  const limit = integerOf(query.get("limit") ?? "");
  return limit === undefined || limit < 1 ? defaultLimit : Math.min(limit, maxLimit);
}

/** The integer that the text is; undefined when it is none. */
export function integerOf(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** A route parameter; the router guarantees those that the pattern names. */
export function param(exchange: Exchange, name: string): string {
  const value = exchange.params[name];
  if (value === undefined) throw new Error(`Cannot read the route parameter ${name}: not in route`);
  return value;
}
