import type { Workspace } from "../auth/credentials.ts";
import { buildHeaders } from "../auth/headers.ts";
import { callUrl } from "./call_url.ts";
import { PlatformError } from "./errors.ts";
import { errorOf } from "./http_error.ts";
import { decodeJson } from "./json.ts";
import { readText } from "./read_text.ts";
import { isTransportError, transportError } from "./transport_error.ts";
import { VERSION } from "../version.ts";

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

const USER_AGENT = `molecule-mcp/${VERSION}`;
const DEFAULT_MAX_REPLY_BYTES = 16 * 1024 * 1024;
/** More of a failed call's answer is never looked at. */
const MAX_ERROR_BYTES = 64 * 1024;

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
   * One call whose answer `consume` reads as a stream; the timeout and the signal cover both. What
   * it leaves unread is dropped.
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
    const url = callUrl(this.workspace.baseUrl, call);
    let token = await tokens.get();
    while (true) {
      const response = await this.#fetchOnce(url, call, token, signal);
      if (response.ok) {
        if (token !== undefined) tokens.accept(token);
        return response;
      }
      const text = withoutToken(await readText(response, MAX_ERROR_BYTES, { cut: true }), token);
      if (response.status === 401) {
        const next = token === undefined ? await tokens.refresh() : await tokens.refuse(token);
        if (next !== undefined) {
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
    url: URL,
    call: PlatformCall,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    if (token !== undefined) this.#onToken(token);
    const headers = buildHeaders(this.workspace, token, { source: call.source ?? false });
    headers.set("Accept", call.accept ?? "application/json");
    headers.set("User-Agent", USER_AGENT);
    const body = call.body?.();
    if (body) {
      for (const [name, value] of Object.entries(body.headers)) {
        headers.set(name, value);
      }
    }
    if (call.json !== undefined) headers.set("Content-Type", "application/json");
    const payload = body?.stream ??
      (call.json === undefined ? undefined : JSON.stringify(call.json, wellFormed));
    return await fetch(url, {
      method: call.method,
      headers,
      redirect: "manual",
      signal,
      ...(payload !== undefined && { body: payload }),
    });
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
      const timedOut = deadline.signal.aborted;
      const cancelled = call.signal?.aborted ?? false;
      const isOfTheCall = timedOut || cancelled || isTransportError(error);
      if (error instanceof PlatformError || !isOfTheCall) throw error;
      throw transportError(error, {
        origin: this.workspace.origin,
        timedOutAfterMs: timedOut ? call.timeoutMs : undefined,
        cancelled,
      });
    } finally {
      clearTimeout(timer);
      deadline.abort(); // Ends what is left of an answer that was not read to its end.
    }
  }
}

/** A platform may repeat the bearer in its complaint about it. */
function withoutToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, "[redacted]");
}

/** Half a surrogate pair is no text: the platform would refuse it or store something else. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
