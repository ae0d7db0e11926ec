/**
 * The HTTP server: from the connection through faults, guards and rate limit to the router.
 *
 * @module
 */
import { allowOrigin, answerOrigin, refuseForeignTenant, secure } from "../access/guards.ts";
import { RateLimiter } from "../access/rate_limit.ts";
import type { PlatformContext } from "../context.ts";
import type { PageServer } from "../page/page_server.ts";
import { isObject, parseJson } from "../state/json.ts";
import { readBody } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { type FaultOutcome, type Faults, TruncatedResponse } from "./faults.ts";
import { decode, fail, mediaType } from "./http.ts";
import type { Outcome, RecordedRequest, Recorder } from "./recorder.ts";
import { type CallerConnection, Relay } from "./relay.ts";
import { Router } from "./router.ts";
import { routes } from "./routes.ts";

/** More than the largest body that any endpoint accepts. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;

/** A running server. */
export interface RunningServer {
  port: number;
  /** Cuts every connection of an agent, but none of the page. */
  dropAgents(): void;
  /** Ends every connection and waits until the server has stopped. */
  close(): Promise<void>;
}

/**
 * Starts to serve.
 *
 * @param listener Where callers connect; closed with the server
 * @param page Answers first, before any fault is looked at; undefined: there is no page
 */
export function serve(
  listener: Deno.TcpListener,
  platform: PlatformContext,
  recorder: Recorder,
  faults: Faults,
  page?: PageServer,
): RunningServer {
  const handler = new RequestHandler(platform, recorder, faults, page);
  const stop = new AbortController();
  const server: Deno.HttpServer<Deno.NetAddr> = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: () => {},
    onError: (error) => {
      platform.background.report(error);
      return new Response(null, { status: 500 });
    },
  }, (request, info) => handler.handle(request, relay.connection(info.remoteAddr.port)));
  const relay: Relay = new Relay(listener, server.addr.port);
  const close = async () => {
    await relay.close();
    stop.abort();
    await server.finished;
    // The server does not wait for handlers whose caller has gone, and they still work.
    await handler.idle();
  };
  return { port: listener.addr.port, dropAgents: () => relay.dropAgents(), close };
}

class RequestHandler {
  readonly #router = new Router(routes());
  readonly #limiter: RateLimiter;
  readonly #platform: PlatformContext;
  readonly #recorder: Recorder;
  readonly #faults: Faults;
  readonly #page: PageServer | undefined;
  readonly #running = new Set<Promise<Response>>();

  constructor(
    platform: PlatformContext,
    recorder: Recorder,
    faults: Faults,
    page: PageServer | undefined,
  ) {
    this.#page = page;
    this.#platform = platform;
    this.#recorder = recorder;
    this.#faults = faults;
    this.#limiter = new RateLimiter(platform.options.rateLimit, platform.options.nowMs);
  }

  /** Answers one request, or does what a fault wants instead. */
  async handle(request: Request, connection: CallerConnection | undefined): Promise<Response> {
    const running = this.#handle(request, connection);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Resolves when no request is being handled, whether or not anybody waits for its answer. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  async #handle(request: Request, connection: CallerConnection | undefined): Promise<Response> {
    const ofPage = await this.#page?.answer(request, connection);
    if (ofPage) return ofPage;
    if (connection) connection.isAgents = true;
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === "too large") return new Response(null, { status: 413 });
    if (body === "gone") return new Response(null); // Nobody reads it.
    const exchange = exchangeOf(request, body);
    const answered = Promise.withResolvers<Outcome>();
    const record = recordOf(exchange, this.#platform.clock.nowMs(), answered.promise);
    this.#recorder.add(record);
    const outcome = await this.#outcome(exchange, record);
    if (outcome instanceof TruncatedResponse) await connection?.sendAndDrop(outcome.wireText);
    else if (outcome === "hang") await connection?.closed;
    else if (outcome === "drop") connection?.drop();
    answered.resolve(outcome instanceof Response ? outcome.status : outcome);
    return outcome instanceof Response ? outcome : new Response(null); // Nobody reads the latter.
  }

  async #outcome(
    exchange: Exchange,
    record: RecordedRequest,
  ): Promise<Exclude<FaultOutcome, undefined>> {
    const before = await this.#faults.beforeHandling(record);
    if (before !== undefined) return before;
    const response = await this.#answer(exchange);
    const after = await this.#faults.afterHandling(record, response);
    if (after === undefined) return response;
    if (after !== response) await response.body?.cancel();
    return after;
  }

  async #answer(exchange: Exchange): Promise<Response> {
    const response = answerOrigin(exchange) ?? await this.#limited(exchange);
    allowOrigin(response, exchange);
    return response;
  }

  async #limited(exchange: Exchange): Promise<Response> {
    const verdict = await this.#limiter.take(exchange);
    const response = !verdict.allowed
      ? tooManyRequests(verdict.resetSeconds)
      : refuseForeignTenant(exchange, this.#platform.options) ??
        secure(await this.#router.answer(this.#platform, exchange));
    for (const [name, value] of Object.entries(verdict.headers)) response.headers.set(name, value);
    return response;
  }
}

function tooManyRequests(resetSeconds: number): Response {
  const response = fail(429, "rate limit exceeded", { retry_after: resetSeconds });
  response.headers.set("Retry-After", String(resetSeconds));
  return response;
}

function exchangeOf(request: Request, body: Uint8Array<ArrayBuffer>): Exchange {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
    baseUrl: url.origin,
    params: {},
  };
}

function recordOf(
  exchange: Exchange,
  receivedAtMs: number,
  answered: Promise<Outcome>,
): RecordedRequest {
  const isForm = mediaType(exchange.headers) === "multipart/form-data";
  const body = isForm ? undefined : decode(exchange.body);
  return {
    method: exchange.method,
    path: exchange.path,
    query: Object.fromEntries(exchange.query),
    headers: Object.fromEntries(exchange.headers),
    body,
    workspaceId: workspaceOf(exchange.path, body),
    receivedAtMs,
    answered,
  };
}

/** The workspace that a request is about: from the path, else from a registry call's body. */
function workspaceOf(path: string, body: string | undefined): string | undefined {
  const fromPath = /^\/workspaces\/([^/]+)/.exec(path) ?? /^\/registry\/([^/]+)\/peers$/.exec(path);
  if (fromPath) return fromPath[1];
  const json = path.startsWith("/registry/") && body ? parseJson(body) : undefined;
  const id = isObject(json) ? json.id ?? json.workspace_id : undefined;
  return typeof id === "string" ? id : undefined;
}
