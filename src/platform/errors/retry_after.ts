import { boundedInteger, type Bounds } from "../../lib/bounded_integer.ts";
import { field } from "../../lib/json.ts";

/** A timer takes no more than this and fires at once beyond it. */
const WAIT_MS: Bounds = { min: 0, max: 2 ** 31 - 1 };

/**
 * How long the platform asks to wait, in milliseconds: `Retry-After` in seconds or as a date (the
 * first of HTTP's three forms; the others are no longer in use), or the body's `retry_after` or
 * `retry_after_seconds` (src/platform/API.md, "Rate limit"). Anything else is ignored.
 */
export function retryAfterMs(headers: Headers, json: unknown): number | undefined {
  const header = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(header)) return boundedInteger(Number(header) * 1000, WAIT_MS);
  const dateMs = httpDateMs(header);
  if (dateMs !== undefined) return boundedInteger(dateMs - Date.now(), WAIT_MS);
  const inBody = field(json, "retry_after") ?? field(json, "retry_after_seconds");
  return typeof inBody === "number" ? boundedInteger(inBody * 1000, WAIT_MS) : undefined;
}

/** Milliseconds since 1970 of a time as HTTP writes it; undefined for a day that does not exist. */
export function httpDateMs(text: string): number | undefined {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toUTCString() === text ? ms : undefined;
}
