import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { PlatformError, type PlatformErrorKind } from "./platform_error.ts";
import { field, textField } from "../../lib/json.ts";
import { plainWords } from "./known_answers.ts";
import { retryAfterMs } from "./retry_after.ts";

const EXCERPT_LENGTH = 200;
const WEB_PAGE = "a web page, not the platform's API";

/** The answer as far as an error needs it. */
export interface FailedReply {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded JSON; `undefined` when the text is not JSON. */
  readonly json: unknown;
  readonly text: string;
}

/**
 * The error for a status of 300 and above (src/platform/API.md, "Errors").
 *
 * @param origin the platform's scheme, host and port, for the message
 */
export function errorOf(reply: FailedReply, origin: string): PlatformError {
  const kind = kindOf(reply);
  const waitMs = retryAfterMs(reply.headers, reply.json);
  const reason = reasonOf(reply);
  const answered = `${origin} answered ${reply.status}${reason ? `: ${reason}` : ""}`;
  const words = plainWords(reply);
  const advised = words === undefined
    ? advice(kind, reply, waitMs)
    : `${answered.endsWith(".") ? "" : "."} ${words}`;
  return new PlatformError(kind, `${answered}${advised}`, {
    status: reply.status,
    body: reply.json ?? reply.text,
    words: reason === "" || reason === WEB_PAGE ? undefined : reason,
    retryAfterMs: waitMs,
    // Only these are answered before anything happens; a 5xx may come from behind the effect.
    maybeDelivered: reply.status >= 500,
  });
}

/** The platform's own words, or what replaces them. */
function reasonOf({ json, text, headers }: FailedReply): string {
  const words = bodyWords(json);
  if (words !== undefined) return cleanLine(words, EXCERPT_LENGTH) ?? "";
  const isPage = json === undefined &&
    (/html/i.test(headers.get("content-type") ?? "") || /^\s*<(!doctype|html)/i.test(text));
  return isPage ? WEB_PAGE : cleanLine(text, EXCERPT_LENGTH) ?? "";
}

/**
 * The `error` of a JSON error body (src/platform/API.md, "Errors"), with its `hint` when there is
 * one.
 */
function bodyWords(json: unknown): string | undefined {
  const error = textField(json, "error");
  const hint = textField(json, "hint");
  return error !== undefined && hint !== undefined ? `${error} (${hint})` : error;
}

function kindOf({ status, text, json }: FailedReply): PlatformErrorKind {
  if (status < 400) return "redirected";
  if (status === 401) return "unauthorized";
  const empty = text.trim() === "";
  if ((status === 404 || status === 403) && empty) return "not_routed";
  if (status === 400 && field(json, "code") === "TENANT_ORG_HEADER_REQUIRED") return "not_routed";
  if (status === 403) return "forbidden";
  // A 404 page of a web server in between says nothing about the thing that was asked for.
  if (status === 404) return json === undefined ? "not_routed" : "not_found";
  if (status === 410) return "gone";
  if (status === 429) return "rate_limited";
  return status < 500 ? "rejected" : "server";
}

function advice(
  kind: PlatformErrorKind,
  reply: FailedReply,
  waitMs: number | undefined,
): string {
  switch (kind) {
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
      return waitMs === undefined
        ? ". Try again in a minute"
        : `. Try again in ${Math.max(1, Math.ceil(waitMs / 1000))} s`;
    default:
      return "";
  }
}

function redirectTarget(reply: FailedReply): string {
  return URL.parse(reply.headers.get("location") ?? "")?.origin ?? "another path";
}
