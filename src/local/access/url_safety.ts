/**
 * Which URLs of agents the platform accepts (src/platform/API.md, "Addresses that agents may
 * have"): none that leads into its own network (the guard against server-side request forgery,
 * SSRF).
 *
 * @module
 */
import type { ResolvedOptions } from "../options.ts";

type Settings = Pick<ResolvedOptions, "allowLoopbackUrls" | "resolveHost" | "orgId">;

interface Range {
  network: string;
  bits: number;
  reason: string;
  /** Allowed on the hosted platform (a tenant id is set). */
  private?: boolean;
}

const IPV4_RANGES: Range[] = [
  { network: "127.0.0.0", bits: 8, reason: "loopback address" },
  { network: "169.254.0.0", bits: 16, reason: "link-local address" },
  { network: "192.0.2.0", bits: 24, reason: "documentation address" },
  { network: "198.51.100.0", bits: 24, reason: "documentation address" },
  { network: "203.0.113.0", bits: 24, reason: "documentation address" },
  { network: "100.64.0.0", bits: 10, reason: "carrier-grade NAT address" },
  { network: "224.0.0.0", bits: 4, reason: "multicast address" },
  { network: "10.0.0.0", bits: 8, reason: "private address", private: true },
  { network: "172.16.0.0", bits: 12, reason: "private address", private: true },
  { network: "192.168.0.0", bits: 16, reason: "private address", private: true },
];
const IPV6_PREFIXES: { pattern: RegExp; reason: string }[] = [
  { pattern: /^::1$/, reason: "loopback address" },
  { pattern: /^fe[89ab]/, reason: "link-local address" },
  { pattern: /^f[cd]/, reason: "unique local address" },
  { pattern: /^2001:db8:/, reason: "documentation address" },
];

/** Why the URL may not be called; undefined when it may. */
export async function urlProblem(text: string, settings: Settings): Promise<string | undefined> {
  const url = URL.parse(text);
  if (!url) return "url cannot be parsed";
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return `url scheme must be http or https, got "${url.protocol.slice(0, -1)}"`;
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (host === "") return "url has no host";
  if (host === "localhost") return undefined;
  const addresses = isAddress(host) ? [host] : await settings.resolveHost(host);
  if (addresses.length === 0) {
    return `hostname "${host}" cannot be resolved (DNS error): no address`;
  }
  const reason = addresses.map((address) => blockedReason(address, settings)).find(Boolean);
  return reason && `url targets a blocked address: ${reason}`;
}

function isAddress(host: string): boolean {
  return host.includes(":") || ipv4(host) !== undefined;
}

function blockedReason(address: string, settings: Settings): string | undefined {
  const reason = address.includes(":")
    ? ipv6Reason(address.toLowerCase(), settings)
    : ipv4Reason(address, settings);
  return reason === "loopback address" && settings.allowLoopbackUrls ? undefined : reason;
}

function ipv4Reason(address: string, settings: Settings): string | undefined {
  const number = ipv4(address);
  if (number === undefined) return "not an address";
  return IPV4_RANGES.find((range) =>
    !(range.private && settings.orgId !== undefined) &&
    (number >>> (32 - range.bits)) === ((ipv4(range.network) ?? 0) >>> (32 - range.bits))
  )?.reason;
}

function ipv6Reason(address: string, settings: Settings): string | undefined {
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped) {
    const [high, low] = [parseInt(mapped[1] ?? "", 16), parseInt(mapped[2] ?? "", 16)];
    return ipv4Reason([high >> 8, high & 255, low >> 8, low & 255].join("."), settings);
  }
  return IPV6_PREFIXES.find(({ pattern }) => pattern.test(address))?.reason;
}

/** The address as an unsigned 32-bit number; undefined when it is not a dotted quad. */
function ipv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const parts = match?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((number, part) => (number * 256 + part) >>> 0, 0);
}
