/** What went wrong with a call, as far as a caller can act on it. */
export type PlatformErrorKind =
  /** 401: the token is unknown, revoked, or the workspace was removed. */
  | "unauthorized"
  /** 403 with a reason. */
  | "forbidden"
  /** 404 with a JSON body: the thing does not exist. */
  | "not_found"
  /**
   * An empty 404, an empty 403 or a request for routing headers: the call never reached the
   * platform's own handler (src/platform/API.md, "Hosted platforms").
   */
  | "not_routed"
  /** 410. */
  | "gone"
  /** 429. */
  | "rate_limited"
  /** Any other 4xx. */
  | "rejected"
  /** 5xx. */
  | "server"
  /** 3xx: following it would carry the bearer to another address. */
  | "redirected"
  /** No connection, or it broke. */
  | "unreachable"
  | "timed_out"
  /** The answer is not what the API promises. */
  | "malformed"
  /** The caller gave up. */
  | "cancelled";

/** A failed call to the platform. The message says what happened; it holds no secret. */
export class PlatformError extends Error {
  override readonly name = "PlatformError";
  readonly kind: PlatformErrorKind;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** The answer's decoded JSON, or its text when it was not JSON. */
  readonly body?: unknown;
  /** The part of the answer's own words that is in the message, after a colon. */
  readonly words?: string;
  /** How long the platform asked to wait. */
  readonly retryAfterMs?: number;
  /** Whether the request may have had its effect: `false` only when that is certain. */
  readonly maybeDelivered: boolean;

  constructor(
    kind: PlatformErrorKind,
    message: string,
    options: {
      status?: number;
      body?: unknown;
      words?: string;
      retryAfterMs?: number;
      maybeDelivered: boolean;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    if (options.status !== undefined) this.status = options.status;
    if (options.body !== undefined) this.body = options.body;
    if (options.words !== undefined) this.words = options.words;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    this.maybeDelivered = options.maybeDelivered;
  }
}
