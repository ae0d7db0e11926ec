import type { Finding } from "../doctor/finding.ts";
import { parsePlatformUrl } from "../../config/platform_url.ts";
import { setPlatformUrl } from "../doctor/next_step.ts";
import type { PlatformProbe } from "./probe_platform.ts";
import { trouble } from "./trouble.ts";

const CANVAS = "<the address of the platform's API, from the canvas>";
/** What a host is called, where nobody is up to anything. */
const HOST = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])$/;

/**
 * The platform, or what stands before it, sends elsewhere. Deno answers a redirect as it is: the token
 * never follows one, and here none was sent. Nor is the address believed: whoever pasted a command with
 * it would send the token there.
 */
export function redirected({ target, record }: PlatformProbe): Finding {
  const { origin, base } = target.url;
  const to = URL.parse(record.headers?.get("location") ?? "", `${base}/`);
  const elsewhere = to && /^https?:$/.test(to.protocol) ? to : undefined;
  if (elsewhere === undefined || elsewhere.origin === origin) {
    return trouble(
      "network.redirect",
      `${base} redirects (${record.status}) to another path of its own: most likely a login page`,
      setPlatformUrl(target, CANVAS),
    );
  }
  const { hostname } = elsewhere;
  const host = HOST.test(hostname) ? hostname : "another host";
  const said = `${origin} redirects (${record.status})`;
  if (isOwn(new URL(origin), elsewhere)) {
    return trouble(
      "network.redirect",
      `${said} to ${elsewhere.origin}; redirects are not followed, the token would travel along`,
      setPlatformUrl(target, elsewhere.origin),
    );
  }
  return trouble(
    "network.redirect",
    `${said}: the platform sends elsewhere, to ${host}; redirects are not followed`,
    "Compare it with the address of the platform's API in the canvas",
  );
}

/** Whether it is the same host, no less protected, and not another program's port there. */
function isOwn(from: URL, to: URL): boolean {
  const bare = (url: URL) => url.hostname.replace(/^www\./, "");
  return HOST.test(to.hostname) && bare(from) === bare(to) && from.port === to.port &&
    (to.protocol === "https:" || from.protocol === "http:") &&
    "origin" in parsePlatformUrl(to.origin);
}
