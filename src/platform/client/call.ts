import type { Workspace } from "../../auth/credentials.ts";

/** One HTTP call. The workspace it belongs to is the caller's, never the call's. */
export interface PlatformCall {
  readonly method: "GET" | "POST";
  /** Path segments below the base URL; each is percent-encoded. */
  readonly path: readonly string[];
  /** Empty values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /**
   * Whether the JSON is sent once at most, because the platform cannot tell a second time from the
   * first. Otherwise `fetch` may send it again when a connection that it had used before is cut.
   */
  readonly once?: boolean;
  /** A body of another kind, made anew for each attempt; its headers come along. */
  readonly body?: () => { stream: BodyInit; headers: Readonly<Record<string, string>> };
  /**
   * Whether the call names its workspace in `X-Workspace-ID` (src/platform/API.md, "Request
   * headers").
   */
  readonly source?: boolean;
  /**
   * Whether the route checks the token, so that its success proves it; "always" unless given. Only
   * such calls are held back while the token is refused.
   */
  readonly tokenCheck?: "always" | "sometimes" | "never";
  /** Sent although the token is refused at present: the call is there to find that out. */
  readonly evenIfRefused?: boolean;
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

/** Makes calls for one workspace: what of a `PlatformClient` the parts of a call need. */
export interface PlatformCaller {
  readonly workspace: Workspace;
  /** @throws {PlatformError} for any outcome but 2xx */
  request(call: PlatformCall): Promise<PlatformReply>;
}
