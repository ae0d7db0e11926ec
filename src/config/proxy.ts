import type { PlatformUrl } from "./platform_url.ts";
import { hostScope } from "./host_scope.ts";

/** What Deno's `fetch` follows by itself. */
const PROXY_VARIABLES = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
];

/** The part of the environment that says how the platform is reached. */
export interface ProxySettings {
  /** Whether there is a proxy variable, or there may be one that Deno was not allowed to read. */
  readonly possible: boolean;
  /** The entries of NO_PROXY, in lower case. */
  readonly exceptions: readonly string[];
}

/** Reads the proxy variables, in either case. */
export function parseProxy(
  value: (name: string) => string | undefined,
  mayRead: (name: string) => boolean = isReadable,
): ProxySettings {
  // All are read, whether or not the first one settles it: what is read does not depend on chance.
  const values = PROXY_VARIABLES.map(value);
  const exceptions = [value("NO_PROXY"), value("no_proxy")]
    .flatMap((list) => list?.toLowerCase().split(/[\s,]+/) ?? []).filter((entry) => entry !== "");
  return {
    possible: values.some((url) => url !== undefined) || !PROXY_VARIABLES.every(mayRead),
    exceptions,
  };
}

/**
 * Whether the platform is called without a proxy although there is one: on this machine, over plain
 * HTTP, where the proxy would read the bearer, and where NO_PROXY says so. Deno proxies the loopback
 * too, and knows neither `*` nor a port in NO_PROXY.
 */
export function bypassesProxy(platform: PlatformUrl, proxy: ProxySettings): boolean {
  if (!proxy.possible) return false;
  const url = new URL(platform.origin);
  return url.protocol === "http:" || hostScope(url.hostname) === "loopback" ||
    proxy.exceptions.some((entry) => matches(entry, url));
}

/** As curl and most others read it: `*`, a host, or a domain with all below it; maybe with a port. */
function matches(entry: string, url: URL): boolean {
  if (entry === "*") return true;
  const [, host = entry, port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (port !== undefined && port !== (url.port || "443")) return false;
  const name = bare(host.replace(/^\*?\./, ""));
  const hostname = bare(url.hostname);
  return name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
}

/** Without the brackets of IPv6 and the dot at the end of a complete name. */
function bare(host: string): string {
  return host.replace(/^\[|\]$|\.$/g, "");
}

function isReadable(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}
