import type { Workspace } from "../auth/credentials.ts";
import { buildHeaders } from "../auth/headers.ts";
import { PlatformError } from "./errors.ts";
import { errorOf } from "./http_error.ts";
import { decodeJson } from "./json.ts";
import { readText } from "./read_text.ts";
import { isTransportError, transportError } from "./transport_error.ts";

/** One HTTP call. The workspace it belongs to is the client's, never the call's. */
export interface PlatformCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path segments below the base URL; each is percent-encoded. */
  readonly path: readonly string[];
  /** Empty values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** A body of another kind, made anew for each attempt; its headers come along. */
  readonly body?: () => { stream: BodyInit; headers: Readonly<Record<string, string>> };
  /** Whether the call names its workspace in `X-Workspace-ID` (platform-api 1.1). */
  readonly source?: boolean;
  /** The `Accept` header; JSON unless given. */
  readonly accept?: string;
  readonly timeoutMs: number;
  /** Ends the call early, with the kind `cancelled`. */
  readonly signal?: AbortSignal;
  /** Bound on the answer's size; 16 MiB unless given. */
  readonly maxReplyBytes?: number;
}

/** A successful answer (2xx). */
export interface PlatformReply {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded JSON; `undefined` when the text is not JSON. */
  readonly json: unknown;
  readonly text: string;
}

const DEFAULT_MAX_REPLY_BYTES = 16 * 1024 * 1024;

/**
 * Calls the platform for one workspace. URL, bearer, Origin and X-Workspace-ID of every call come
 * from that one workspace object, so they cannot be mixed up.
 */
export class PlatformClient {
  readonly workspace: Workspace;
  readonly #onToken: (token: string) => void;

  /** @param options.onToken told each token before it is first sent, so that no line shows it */
  constructor(workspace: Workspace, options: { onToken?: (token: string) => void } = {}) {
    this.workspace = workspace;
    this.#onToken = options.onToken ?? (() => {});
  }

  /**
   * One call, with the answer read whole.
   *
   * @throws {PlatformError} for any outcome but 2xx
   */
  async request(call: PlatformCall): Promise<PlatformReply> {
    return await this.#withDeadline(call, async (signal) => {
      const response = await this.#send(call, signal);
      const text = await readText(response, call.maxReplyBytes ?? DEFAULT_MAX_REPLY_BYTES);
      return { status: response.status, headers: response.headers, json: decodeJson(text), text };
    });
  }

  /**
   * One call whose answer `consume` reads as a stream; the timeout and the signal cover both.
   *
   * @throws {PlatformError} for any outcome but 2xx; errors of `consume`'s own as they are
   */
  async stream<T>(
    call: PlatformCall,
    consume: (response: Response, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return await this.#withDeadline(
      call,
      async (signal) => await consume(await this.#send(call, signal), signal),
    );
  }

  /** Sends, trying the next token after each 401, each candidate at most once. */
  async #send(call: PlatformCall, signal: AbortSignal): Promise<Response> {
    const { tokens } = this.workspace;
    let token = await tokens.get();
    while (true) {
      const response = await this.#fetchOnce(call, token, signal);
      if (response.ok) {
        if (token !== undefined) tokens.accept(token);
        return response;
      }
      const text = await readText(response, DEFAULT_MAX_REPLY_BYTES);
      if (response.status === 401) {
        const next = token === undefined ? await tokens.refresh() : await tokens.refuse(token);
        if (next !== undefined && next !== token) {
          token = next;
          continue;
        }
      }
      throw errorOf(
        { status: response.status, headers: response.headers, json: decodeJson(text), text },
        this.workspace.origin,
      );
    }
  }

  async #fetchOnce(
    call: PlatformCall,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    if (token !== undefined) this.#onToken(token);
    const headers = buildHeaders(this.workspace, token, { source: call.source ?? false });
    headers.set("Accept", call.accept ?? "application/json");
    const body = call.body?.();
    if (body) {
      for (const [name, value] of Object.entries(body.headers)) {
        headers.set(name, value);
      }
    }
    if (call.json !== undefined) headers.set("Content-Type", "application/json");
    const payload = body?.stream ??
      (call.json === undefined ? undefined : JSON.stringify(call.json));
    return await fetch(this.#url(call), {
      method: call.method,
      headers,
      redirect: "manual",
      signal,
      ...(payload !== undefined && { body: payload }),
    });
  }

  #url(call: PlatformCall): URL {
    const path = call.path.map(encodeURIComponent).join("/");
    const url = new URL(`${this.workspace.baseUrl}/${path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value) url.searchParams.set(name, value);
    }
    return url;
  }

  /** Runs with a signal that fires at the timeout or with the caller's; maps what is thrown. */
  async #withDeadline<T>(
    call: PlatformCall,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), call.timeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, deadline.signal]) : deadline.signal;
    try {
      return await run(signal);
    } catch (error) {
      if (error instanceof PlatformError || !isTransportError(error)) throw error;
      throw transportError(error, {
        origin: this.workspace.origin,
        timedOutAfterMs: deadline.signal.aborted ? call.timeoutMs : undefined,
        cancelled: call.signal?.aborted ?? false,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}
