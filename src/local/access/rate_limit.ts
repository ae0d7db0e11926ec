/**
 * The rate limit: one bucket per caller, refilled as a whole (src/platform/API.md, "Rate limit").
 *
 * @module
 */
import { bearerOf, type Exchange } from "../server/exchange.ts";
import { sha256Hex } from "../state/ids.ts";

/** What the rate limiter says about one request. */
export interface RateVerdict {
  allowed: boolean;
  /** Whole seconds until the bucket is refilled; may be 0. */
  resetSeconds: number;
  headers: Record<string, string>;
}

interface Bucket {
  remaining: number;
  refillAtMs: number;
}

/** Counts requests in fixed windows. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly limit: { requests: number; windowMs: number },
    private readonly nowMs: () => number,
  ) {}

  /** Takes one request out of the caller's bucket. */
  async take(exchange: Exchange): Promise<RateVerdict> {
    const key = await keyOf(exchange);
    const nowMs = this.nowMs();
    let bucket = this.#buckets.get(key);
    if (!bucket || nowMs >= bucket.refillAtMs) {
      bucket = { remaining: this.limit.requests, refillAtMs: nowMs + this.limit.windowMs };
      this.#buckets.set(key, bucket);
    }
    const allowed = bucket.remaining > 0;
    if (allowed) bucket.remaining--;
    const resetSeconds = Math.floor((bucket.refillAtMs - nowMs) / 1_000);
    return {
      allowed,
      resetSeconds,
      headers: {
        "X-RateLimit-Limit": String(this.limit.requests),
        "X-RateLimit-Remaining": String(bucket.remaining),
        "X-RateLimit-Reset": String(resetSeconds),
      },
    };
  }
}

/** The org id, else the bearer (hashed), else the address, which is the same for all here. */
async function keyOf(exchange: Exchange): Promise<string> {
  const org = exchange.headers.get("X-Molecule-Org-Id");
  if (org) return `org ${org}`;
  const bearer = bearerOf(exchange.headers);
  return bearer === null ? "address" : `token ${await sha256Hex(bearer)}`;
}
