import { isLikeToken } from "./like_token.ts";
import { hostScope } from "./host_scope.ts";
import { mayHoldSecret, quoteValue } from "./quote_value.ts";

/**
 * A platform's address, normalised once so that no caller trims slashes (tests/README.md,
 * "Environment variables").
 */
export interface PlatformUrl {
  /** Base URL without a trailing slash; may carry a path. */
  readonly base: string;
  /**
   * Scheme, host and port only: the value of the `Origin` header (src/platform/API.md, "Request
   * headers").
   */
  readonly origin: string;
  /** Plain HTTP beyond this machine: worth a warning, the token travels in clear text. */
  readonly exposed: boolean;
}

/** Parses PLATFORM_URL. @returns the address, or what is wrong with it */
export function parsePlatformUrl(text: string): PlatformUrl | { readonly problem: string } {
  // `URL` would mend a missing or third slash and drop a line break; what it mends was not meant.
  const url = /^https?:\/\/[^\s\\/][^\s\\]*$/i.test(text) ? URL.parse(text) : null;
  if (!url) {
    const problem = "expected an http:// or https:// URL such as https://your-org.example.com, " +
      `got ${quoteValue(text)}`;
    return { problem };
  }
  // An empty user name leaves no other trace in the URL than its "@".
  if (url.username || url.password || /^[^/]+\/\/[^/?#]*@/.test(text)) {
    return { problem: "must not carry a user name or password; the token is set apart from it" };
  }
  if (url.search || url.hash) {
    return { problem: "must not carry a query (?...) or fragment (#...); give the base URL only" };
  }
  if (url.pathname.split("/").some(isLikeToken)) {
    return {
      problem: "has what looks like a token in its path (not shown); give the base URL only",
    };
  }
  const scope = url.protocol === "https:" ? undefined : hostScope(url.hostname);
  if (scope === "public") {
    // What stands in the host's place may be the token itself.
    const host = mayHoldSecret(url.hostname) ? "that host" : url.hostname;
    return { problem: `plain http:// would send the token unprotected to ${host}; use https://` };
  }
  const base = url.origin + url.pathname.replace(/\/+$/, "");
  return { base, origin: url.origin, exposed: scope === "private" };
}
