import { field } from "./json.ts";

/** A timer takes no more than this and fires at once beyond it. */
const MAX_MS = 2 ** 31 - 1;
/** The first of the three forms of a date in HTTP; nobody sends the others any more. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long the platform asks to wait, in milliseconds: `Retry-After` in seconds or as a date, or
 * the body's `retry_after` or `retry_after_seconds` (platform-api 1.5, 9.4, 14.1). Anything else counts as absent.
 */
export function retryAfterMs(headers: Headers, json: unknown): number | undefined {
  const header = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(header)) return bounded(Number(header) * 1000);
  if (HTTP_DATE.test(header)) return bounded(Date.parse(header) - Date.now());
  const inBody = field(json, "retry_after") ?? field(json, "retry_after_seconds");
  return typeof inBody === "number" ? bounded(inBody * 1000) : undefined;
}

function bounded(ms: number): number {
  return Math.min(Math.max(0, ms), MAX_MS);
}
