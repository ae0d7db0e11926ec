/**
 * The table of routes and the way of a request to its handler.
 *
 * @module
 */
import { isUuid } from "../../lib/uuid.ts";
import { requireWorkspaceToken } from "../access/auth.ts";
import type { PlatformContext } from "../context.ts";
import { isAtLeast, type ServerVersion } from "../options.ts";
import { StoreError } from "../state/store.ts";
import { type Exchange, param } from "./exchange.ts";
import { fail, noSuchEndpoint } from "./http.ts";

/** Answers one request. */
export type Handler = (
  platform: PlatformContext,
  exchange: Exchange,
) => Response | Promise<Response>;

/** One endpoint. */
export interface Route {
  method: "GET" | "POST" | "DELETE";
  /** With `:name` for parameters; `:id` is the workspace whose token is demanded. */
  path: string;
  /** `workspace`: a token of workspace `:id`. `handler`: it checks for itself, if at all. */
  auth: "workspace" | "handler";
  /** The version of the server that brought it; to older ones it is no endpoint. Default: all. */
  since?: ServerVersion;
  /** The text of the 500 when the database fails. */
  storeFailure: string;
  handle: Handler;
}

/** Finds the endpoint of a request and runs it. */
export class Router {
  readonly #routes: { route: Route; segments: string[] }[];

  constructor(routes: Route[]) {
    this.#routes = routes.map((route) => ({ route, segments: route.path.split("/") }));
  }

  /** Answers the request; errors of handlers become answers too. */
  async answer(platform: PlatformContext, exchange: Exchange): Promise<Response> {
    const found = this.#match(platform, exchange);
    if (!found) return noSuchEndpoint();
    const { route, params } = found;
    const request = { ...exchange, params };
    try {
      const refusal = route.auth === "workspace"
        ? await requireWorkspaceToken(platform, request, param(request, "id"))
        : undefined;
      return refusal ?? await route.handle(platform, request);
    } catch (error) {
      if (error instanceof StoreError) return fail(500, route.storeFailure);
      platform.background.report(error);
      return fail(500, "internal error");
    }
  }

  #match(
    { options }: PlatformContext,
    exchange: Exchange,
  ): { route: Route; params: Record<string, string> } | undefined {
    const actual = exchange.path.split("/");
    for (const { route, segments } of this.#routes) {
      if (route.method !== exchange.method || segments.length !== actual.length) continue;
      if (route.since && !isAtLeast(options, route.since)) continue;
      const params: Record<string, string> = {};
      const matches = segments.every((segment, i) => {
        const value = actual[i] ?? "";
        if (!segment.startsWith(":")) return segment === value;
        params[segment.slice(1)] = normalise(value);
        return value !== "";
      });
      if (matches) return { route, params };
    }
    return undefined;
  }
}

/** UUIDs compare without regard to case. */
function normalise(segment: string): string {
  const value = decodeSegment(segment);
  return isUuid(value) ? value.toLowerCase() : value;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // A stray percent sign: the platform takes the segment as it is.
  }
}
