import { reasonChain } from "../../platform/errors/transport_error.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { hostScope } from "../../config/host_scope.ts";
import { systemReason } from "../../lib/system_error.ts";
import { shellQuote } from "../../lib/shell_quote.ts";
import type { Certificate } from "./certificate.ts";
import type { Finding } from "../doctor/finding.ts";
import { setPlatformUrl, setVariable, unsetVariables } from "../doctor/next_step.ts";
import type { ProbeCause } from "./outcomes.ts";
import type { PlatformProbe } from "./probe_platform.ts";
import type { Target } from "./target.ts";
import { again, trouble } from "./trouble.ts";

const TRUST = setVariable("DENO_TLS_CA_STORE", "system");
const PROXIES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const CANVAS = "<the address of the platform's API, from the canvas>";

/** What is known of a failure when it is put into words. */
interface Failure {
  readonly target: Target;
  readonly origin: string;
  readonly host: string;
  readonly proxy: string | undefined;
  readonly certificate: Certificate | undefined;
  readonly match: RegExpExecArray;
}

interface Kind {
  /** What the network code says. */
  readonly said: RegExp;
  readonly cause: ProbeCause;
  readonly text: (failure: Failure) => string;
  readonly next: (failure: Failure) => string;
}

/** The first that matches counts. */
const KINDS: readonly Kind[] = [
  {
    said: /Failed opening CA file|Unable to add pem file|Unknown certificate store/i,
    cause: "network.certificate_setting",
    text: () => "DENO_CERT or DENO_TLS_CA_STORE does not name certificates that Deno can read",
    next: () => "Unset DENO_CERT and DENO_TLS_CA_STORE, or correct them",
  },
  {
    said: /UnknownIssuer|CaUsedAsEndEntity|SelfSigned/i,
    cause: "network.tls_unknown_issuer",
    text: ({ origin, certificate }) =>
      `the certificate of ${origin} was issued by ${
        certificate ? `"${cleanLine(certificate.issuer, 100)}"` : "an authority"
      }, which is not trusted here: most likely your company's own authority`,
    next: () => TRUST,
  },
  {
    said: /certificate not valid for name "([^"]*)"(?:; certificate is only valid for (.+))?/,
    cause: "network.tls_name",
    text: ({ origin, match }) =>
      `the certificate of ${origin} is for another name (${plain(match[2] ?? "not told")})`,
    next: () => "Use the certificate's name in PLATFORM_URL",
  },
  {
    said: /NotValidForName/,
    cause: "network.tls_name",
    text: ({ origin }) => `the certificate of ${origin} is for another name`,
    next: () => "Use the certificate's name in PLATFORM_URL",
  },
  {
    said: /certificate (has )?expired|CertExpired|invalid peer certificate: Expired/i,
    cause: "network.tls_expired",
    text: ({ origin, certificate }) =>
      `the certificate of ${origin} has expired${dated(" (", certificate?.until, ")")}`,
    next: () => "Tell the platform's operator, after a look at this machine's clock",
  },
  {
    said: /certificate (is )?not (yet )?valid yet|NotValidYet/i,
    cause: "network.tls_not_yet_valid",
    text: ({ origin, certificate }) =>
      `the certificate of ${origin} is not valid yet${dated(" (from ", certificate?.from, ")")}`,
    next: () => "Set this machine's clock",
  },
  {
    said: /invalid peer certificate: (.*)/,
    cause: "network.tls_other",
    text: ({ origin, match }) => `the certificate of ${origin} cannot be used (${plain(match[1])})`,
    next: () => "Tell the platform's operator",
  },
  {
    said: /InvalidContentType|corrupt message|WRONG_VERSION_NUMBER/i,
    cause: "network.needs_http",
    text: ({ origin }) => `${origin} does not speak https (TLS)`,
    // Whoever stands in between can say so too: the token is not to travel in clear text for that.
    next: ({ target, origin, host }) =>
      hostScope(host) === "loopback"
        ? setPlatformUrl(target, origin.replace(/^https:/, "http:"))
        : "Check the host and the port in PLATFORM_URL: without https, others could read the token",
  },
  {
    said: /invalid HTTP version parsed/i,
    cause: "network.needs_https",
    text: ({ origin }) => `${origin} does not speak plain http: most likely https`,
    next: ({ target, origin }) => setPlatformUrl(target, origin.replace(/^http:/, "https:")),
  },
  {
    said: /proxy authentication required/i,
    cause: "network.proxy_login",
    text: ({ proxy }) => `the proxy ${proxy ?? ""} asks for a user name and a password`,
    next: () => setVariable("HTTPS_PROXY", "http://USER:PASSWORD@HOST:PORT"),
  },
  {
    said: /unsuccessful tunnel|tunnel error|proxy .*(refused|denied|forbidden)/i,
    cause: "network.proxy_refuses",
    text: ({ proxy, host }) => `the proxy ${proxy ?? ""} refuses to connect to ${host}`,
    next: ({ host }) => setVariable("NO_PROXY", host),
  },
  {
    said: /Requests to port \d+ are blocked/,
    cause: "network.port_blocked",
    text: ({ origin }) => `the port of ${origin} belongs to another service: no client may use it`,
    next: () => "Correct the port in PLATFORM_URL",
  },
  {
    said: /dns error|failed to lookup address|No such host|nodename nor servname/i,
    cause: "network.dns",
    text: ({ host }) => `the name ${host} cannot be looked up (DNS)`,
    next: () => "Check the host in PLATFORM_URL for a typo, and this machine's network or VPN",
  },
  {
    said: /Connection refused|ConnectionRefused|actively refused/i,
    cause: "network.refused",
    text: ({ origin }) => `nothing listens at ${origin} (connection refused)`,
    next: () => "Check the host and the port in PLATFORM_URL; is the platform running?",
  },
  {
    said: /Network is unreachable|No route to host|Host is unreachable|unreachable (network|host)/i,
    cause: "network.unreachable",
    text: ({ host }) => `${host} cannot be reached from this network`,
    next: () => "Connect this machine to its network or VPN",
  },
];

/** Why nothing answered, and at which stage it failed. */
export function connectionFailure(probe: PlatformProbe): Finding {
  const { record: { error }, target, proxy, connects, connectError, certificate } = probe;
  const { origin } = target.url;
  const { host, hostname } = new URL(origin);
  const denied = [error?.cause, connectError].some((each) =>
    each instanceof Deno.errors.NotCapable
  );
  if (denied) {
    const text = `Deno was started without permission to reach ${host}`;
    return trouble("network.permission", text, `Start it with --allow-net=${shellQuote(host)}`);
  }
  // A proxy that is not there shows as a target that is not there.
  if (proxy !== undefined && connects === false) return proxyDown(proxy, connectError);
  if (error?.kind === "malformed") {
    return trouble(
      "network.not_platform",
      `${origin} sends an answer without end, or larger than any of the platform's`,
      setPlatformUrl(target, CANVAS),
    );
  }
  const reason = [reasonChain(error?.cause), connects ? "" : reasonChain(connectError)].join(": ");
  const own = systemReason(error?.cause);
  if (own !== undefined) return trouble("network.machine", `${origin} was not reached: ${own}`);
  for (const { said, cause, text, next } of KINDS) {
    const match = said.exec(reason);
    if (!match) continue;
    const failure = { target, origin, host: hostname, proxy, certificate, match };
    return trouble(cause, text(failure), next(failure));
  }
  if (error?.kind === "timed_out" || error?.kind === "cancelled") return silent(probe);
  return trouble(
    "network.broken",
    `the connection to ${origin} breaks before an answer is complete`,
    again(target),
  );
}

function proxyDown(proxy: string, error: unknown): Finding {
  const isUnknown = /lookup address|dns/i.test(reasonChain(error));
  const why = isUnknown ? "its name cannot be looked up" : "nothing listens there";
  return trouble(
    "network.proxy_down",
    `the proxy ${proxy}, which HTTPS_PROXY or ALL_PROXY names, cannot be reached: ${why}`,
    unsetVariables(...PROXIES),
  );
}

function silent({ target, connects, proxy }: PlatformProbe): Finding {
  const { origin } = target.url;
  if (connects) {
    const who = proxy === undefined ? origin : `${origin}, through the proxy ${proxy},`;
    return trouble(
      "network.hangs",
      `${who} takes the connection and does not answer in time`,
      again(target),
    );
  }
  return trouble(
    "network.no_connection",
    `${origin} does not take a connection: a firewall drops it, or the address is wrong`,
    "Check this machine's network, VPN and firewall, and PLATFORM_URL",
  );
}

/** Without Rust's and the operating system's wrapping. */
function plain(text = ""): string {
  const bare = text.replace(/\w+\("([^"]*)"\)/g, "$1").replace(/ \(os error \d+\).*$/s, "");
  return cleanLine(bare, 120)?.replace(/:$/, "") ?? "";
}

function dated(before: string, date: Date | undefined, after: string): string {
  return date === undefined ? "" : `${before}${date.toISOString().slice(0, 10)}${after}`;
}
