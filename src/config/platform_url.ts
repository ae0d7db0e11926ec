import * as z from "zod/mini";

/** A platform's address, normalised once so that no caller trims slashes (runtime-behaviour A1). */
export interface PlatformUrl {
  /** Base URL without a trailing slash; may carry a path. */
  readonly base: string;
  /** Scheme, host and port only: the value of the `Origin` header (platform-api 1.1). */
  readonly origin: string;
  /** Plain HTTP beyond this machine: worth a warning, the token travels in clear text. */
  readonly exposed: boolean;
}

/** Parses PLATFORM_URL; issues say what was expected. */
export const platformUrlSchema = z.pipe(
  z.string(),
  z.transform<string, PlatformUrl>((text, context) => {
    const refuse = (message: string) => {
      context.issues.push({ code: "custom", message, input: text });
      return z.NEVER;
    };
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text)) {
      return refuse(
        `expected an http:// or https:// URL such as https://your-org.example.com, got ${
          quoted(text)
        }`,
      );
    }
    if (url.username || url.password) {
      return refuse("must not carry a user name or password; the token has its own variable");
    }
    if (url.search || url.hash) {
      return refuse("must not carry a query (?…) or fragment (#…); give the base URL only");
    }
    const exposed = url.protocol === "http:" && !isLoopback(url.hostname);
    if (exposed && !isPrivate(url.hostname)) {
      return refuse(
        `plain http:// would send the token unprotected to ${url.hostname}; use https://`,
      );
    }
    const base = url.origin + url.pathname.replace(/\/+$/, "");
    return { base, origin: url.origin, exposed };
  }),
);

/** Text of a setting as shown in a problem: never a part before an `@`, which may be a password. */
function quoted(text: string): string {
  const shown = text.includes("@") ? "(hidden: it holds an @)" : text.slice(0, 100);
  return JSON.stringify(shown);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || /^127\./.test(host) ||
    host === "[::1]";
}

/** Private address ranges and names that no public resolver serves. */
function isPrivate(host: string): boolean {
  return /^10\./.test(host) || /^192\.168\./.test(host) ||
    /^172\.(1[6-9]|2\d|3[01])\./.test(host) || /^169\.254\./.test(host) ||
    /^\[f[cd]/.test(host) || /^\[fe[89ab]/.test(host) ||
    /\.(local|internal|lan|home\.arpa)$/.test(host) || !/[.:[]/.test(host);
}
