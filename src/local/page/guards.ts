/**
 * Who may ask the page's side of the platform at all: the names that it is known by, and the page
 * itself (src/local/README.md, "The page").
 *
 * @module
 */
import { fail } from "../server/http.ts";
import { type Session, Sessions } from "./secrets.ts";

/** Everything that the browser may do for the page. Nothing inline, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const HEADERS = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  "Cache-Control": "no-store",
};

/** Puts on an answer what every one of the page's side has. */
export function protect(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}

/**
 * Refuses a request that calls this machine by another name than its own: a site whose name was made
 * to point here (DNS rebinding) would otherwise count as the platform itself.
 */
export function refuseForeignHost(headers: Headers, port: number): Response | undefined {
  if (ownHosts(port).includes(headers.get("Host") ?? "")) return undefined;
  return fail(421, `This platform is at http://127.0.0.1:${port} and nowhere else.`);
}

/**
 * Refuses what does not come from the page. A browser says where a request comes from: always by
 * `Sec-Fetch-Site`, and by `Origin` wherever something may be changed. Other servers of this machine
 * are other origins but the same site, so that `SameSite` does not keep them out.
 */
export function refuseForeignPage(
  { headers, method }: Pick<Request, "headers" | "method">,
): Response | undefined {
  const site = headers.get("Sec-Fetch-Site");
  const isRead = method === "GET" || method === "HEAD";
  const isOwnSite = site === null || site === "same-origin" || (isRead && site === "none");
  const origin = headers.get("Origin");
  const isOwnOrigin = origin === null ? isRead : origin === `http://${headers.get("Host")}`;
  return isOwnSite && isOwnOrigin ? undefined : fail(403, "Only the page itself may ask for this.");
}

/** The cookie of a session: two platforms on one machine must not share it. */
export class SessionCookie {
  readonly #name: string;
  readonly #sessions: Sessions;

  constructor(port: number, sessions: Sessions) {
    this.#name = `molecule_local_${port}`;
    this.#sessions = sessions;
  }

  /** The header that gives it to a browser that was let in. */
  open(): string {
    return `${this.#name}=${this.#sessions.open()}; Path=/local/; HttpOnly; SameSite=Strict`;
  }

  /** The session of a request; undefined when it has none. */
  find(headers: Headers): Session | undefined {
    for (const cookie of (headers.get("Cookie") ?? "").split(";")) {
      const [name, value = ""] = cookie.trim().split("=", 2);
      const session = name === this.#name ? this.#sessions.find(value) : undefined;
      if (session) return session;
    }
    return undefined;
  }
}

function ownHosts(port: number): string[] {
  const suffix = port === 80 ? "" : `:${port}`; // A browser leaves HTTP's own port out.
  return [`127.0.0.1${suffix}`, `localhost${suffix}`];
}
