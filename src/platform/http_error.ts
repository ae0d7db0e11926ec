import { cleanLine } from "../safety/untrusted_text.ts";
import { PlatformError, type PlatformErrorKind } from "./errors.ts";
import { errorText, field } from "./json.ts";

const EXCERPT_LENGTH = 200;

/** The answer as far as an error needs it. */
export interface FailedReply {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded JSON; `undefined` when the text is not JSON. */
  readonly json: unknown;
  readonly text: string;
}

/**
 * The error for a status of 300 and above (platform-api 1.3 to 1.5).
 *
 * @param origin the platform's scheme, host and port, for the message
 */
export function errorOf(reply: FailedReply, origin: string): PlatformError {
  const kind = kindOf(reply);
  const retryAfterMs = retryAfter(reply);
  const reason = cleanLine(errorText(reply.json) ?? reply.text, EXCERPT_LENGTH);
  const answered = `${origin} answered ${reply.status}${reason ? `: ${reason}` : ""}`;
  return new PlatformError(kind, `${answered}${advice(kind, reply, retryAfterMs)}`, {
    status: reply.status,
    body: reply.json ?? reply.text,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    // Only these are answered before anything happens; a 5xx may come from behind the effect.
    maybeDelivered: reply.status >= 500,
  });
}

function kindOf({ status, text, json }: FailedReply): PlatformErrorKind {
  if (status < 400) return "redirected";
  if (status === 401) return "unauthorized";
  const empty = text.trim() === "";
  if ((status === 404 || status === 403) && empty) return "not_routed";
  if (status === 400 && field(json, "code") === "TENANT_ORG_HEADER_REQUIRED") return "not_routed";
  if (status === 403) return "forbidden";
  // A 404 page of a web server in between is no word of the platform about the thing asked for.
  if (status === 404) return json === undefined ? "not_routed" : "not_found";
  if (status === 410) return "gone";
  if (status === 429) return "rate_limited";
  return status < 500 ? "rejected" : "server";
}

function advice(
  kind: PlatformErrorKind,
  reply: FailedReply,
  retryAfterMs: number | undefined,
): string {
  switch (kind) {
    case "unauthorized":
      return ". The workspace token was refused: create a new one in the canvas (Tokens tab) " +
        "and put it into MOLECULE_WORKSPACE_TOKEN or the token file";
    case "not_routed":
      return ` (${
        reply.text.trim() === "" ? "an empty answer" : "not from the platform's API"
      }). ` +
        "The request did not reach the platform's own handler: check PLATFORM_URL, and set " +
        "MOLECULE_ORG_ID when the platform is a hosted tenant";
    case "redirected":
      return ` (a redirect to ${redirectTarget(reply)}). Redirects are refused because the token ` +
        "would travel along: set PLATFORM_URL to the final address";
    case "rate_limited":
      return retryAfterMs === undefined
        ? ". Try again in a minute"
        : `. Try again in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s`;
    default:
      return "";
  }
}

function redirectTarget(reply: FailedReply): string {
  return URL.parse(reply.headers.get("location") ?? "")?.origin ?? "another path";
}

/** `Retry-After` in seconds or as a date, or the body's `retry_after` (platform-api 1.5). */
function retryAfter({ headers, json, status }: FailedReply): number | undefined {
  const header = headers.get("retry-after");
  if (header !== null) {
    if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
    const date = Date.parse(header);
    if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  }
  const inBody = field(json, "retry_after");
  if (typeof inBody === "number" && inBody >= 0 && status >= 400) return inBody * 1000;
  return undefined;
}
