/** From where a host can be reached, as far as its name tells. */
export type HostScope = "loopback" | "private" | "public";

const PRIVATE_V4 = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/;
/** Names that no public resolver serves. */
const PRIVATE_NAME = /\.(local|internal|lan|home\.arpa)$/;

/**
 * How far plain HTTP to this host travels: not beyond this machine, within a private network, or
 * over the internet. What cannot be determined is treated as public.
 *
 * @param hostname as `URL.hostname` gives it: lower case, IPv4 in four decimal parts, IPv6
 * compressed and in brackets
 */
export function hostScope(hostname: string): HostScope {
  if (hostname.startsWith("[")) return scopeOfV6(hostname.slice(1, -1));
  if (/^(\d+\.){3}\d+$/.test(hostname)) {
    if (hostname.startsWith("127.")) return "loopback";
    return PRIVATE_V4.test(hostname) ? "private" : "public";
  }
  const name = hostname.replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return "loopback";
  // A name without a dot belongs to the local network, such as a container's.
  return PRIVATE_NAME.test(name) || !name.includes(".") ? "private" : "public";
}

function scopeOfV6(address: string): HostScope {
  if (address === "::1") return "loopback";
  const first = parseInt(address.split(":")[0] || "0", 16);
  const isUniqueLocal = (first & 0xfe00) === 0xfc00;
  const isLinkLocal = (first & 0xffc0) === 0xfe80;
  return isUniqueLocal || isLinkLocal ? "private" : "public";
}
