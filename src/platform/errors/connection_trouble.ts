import { systemCode, systemReason } from "../../lib/system_error.ts";

/** How both variables are set, wherever an authority is not known. */
const AUTHORITY_ADVICE = "If it is your company's own (a proxy that looks into connections has " +
  "one), set DENO_TLS_CA_STORE=system to use the certificates that this machine trusts, or " +
  "DENO_CERT to the absolute path of the authority's PEM file, in the env section of your MCP " +
  "client's configuration";

/** Errors of Deno's own settings: `fetch` throws them as they are, whatever the platform is. */
const CERTIFICATE_SETTINGS: readonly (readonly [RegExp, string])[] = [
  [
    /^Failed opening CA file: (.*)/,
    "the file that DENO_CERT names cannot be opened ($1). Correct DENO_CERT, or remove it",
  ],
  [
    /^Unable to add pem file to certificate store: (.*)/,
    "the file that DENO_CERT names is not a PEM certificate ($1). Correct DENO_CERT, or remove it",
  ],
  [
    /^Unknown certificate store "?([^" ]*)"?.*/,
    'DENO_TLS_CA_STORE names a store that Deno does not know ("$1"). Set it to system or mozilla',
  ],
];

/**
 * What the network code says, and what it is in words. The first that matches counts. Windows says
 * it in the language of the system, so there the number tells (`os error 10061`).
 */
const IN_WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /UnknownIssuer|CaUsedAsEndEntity|SelfSigned/i,
    `its certificate was issued by an authority that is not trusted here (UnknownIssuer). ` +
    AUTHORITY_ADVICE,
  ],
  [
    /certificate not valid for name "([^"]*)"(?:; certificate is only valid for (.+))?/,
    "its certificate is not for the name $1, but for $2. Use the name of the certificate in " +
    "PLATFORM_URL, or correct the certificate",
  ],
  [/NotValidForName/, "its certificate is for another name. Check the host in PLATFORM_URL"],
  [
    /certificate (has )?expired|CertExpired|invalid peer certificate: Expired/i,
    "its certificate has expired. Its operator must renew it; if this machine's clock is wrong, " +
    "set that",
  ],
  [
    /certificate (is )?not (yet )?valid yet|NotValidYet/i,
    "its certificate is not valid yet. Check this machine's clock",
  ],
  [
    /invalid peer certificate: (.*)/,
    "its certificate cannot be used ($1). Its operator must correct it",
  ],
  [
    /InvalidContentType|corrupt message|WRONG_VERSION_NUMBER/i,
    "what answers there does not speak https (TLS). Check the port, or use http:// in " +
    "PLATFORM_URL if that is an http port",
  ],
  [
    /proxy authentication required/i,
    "the proxy that HTTPS_PROXY or HTTP_PROXY names asks for a user name and a password. Put " +
    "them into that variable (http://user:password@host:port)",
  ],
  [
    /unsuccessful tunnel|tunnel error|proxy .*(refused|denied|forbidden)/i,
    "the proxy that HTTPS_PROXY or HTTP_PROXY names refuses to connect to it. Ask who runs the " +
    "proxy, or add the host to NO_PROXY",
  ],
  [
    /dns error|failed to lookup address|No such host/i,
    "its name cannot be looked up (DNS). Check the host in PLATFORM_URL for a typo, and " +
    "this machine's network",
  ],
  [
    /Connection refused|os error (10061|1225)\b/i,
    "Connection refused: nothing listens there. Check the host and the port in PLATFORM_URL, and " +
    "the proxy if HTTPS_PROXY or HTTP_PROXY is set",
  ],
  [
    /Network is unreachable|No route to host|Host is unreachable|os error (1006[45]|1005[01]|123[12])\b/i,
    "it cannot be reached from this network. Check this machine's network and VPN",
  ],
  [
    /os error 10049\b/,
    "no connection can be made to its address. Check the host in PLATFORM_URL: 0.0.0.0 is no " +
    "address to connect to, use 127.0.0.1 for this machine",
  ],
  [
    /os error 10013\b/,
    "this machine does not permit the connection. Check its firewall and security software",
  ],
  [
    /timed out|ETIMEDOUT|os error (10060|121)\b/i,
    "it does not accept the connection. Check this machine's network, a firewall, and PLATFORM_URL",
  ],
  [
    /Requests to port \d+ are blocked/,
    "no client may use that port: it belongs to another service. Check the port in PLATFORM_URL",
  ],
];

/** Whether the error is one of Deno's certificate settings, which `fetch` throws as it is. */
export function isCertificateSetting(error: unknown): boolean {
  return error instanceof Error &&
    CERTIFICATE_SETTINGS.some(([pattern]) => pattern.test(error.message));
}

/**
 * Why no connection came about, in words that say what to do: the end of a sentence, without a full
 * stop. `undefined` for what has no words of ours.
 *
 * @param error what `fetch` threw
 * @param reason its text with those of its causes
 */
export function connectionTrouble(error: unknown, reason: string): string | undefined {
  if (error instanceof Error && isCertificateSetting(error)) {
    return worded(CERTIFICATE_SETTINGS, error.message);
  }
  // This machine's trouble comes first: a look-up that found no free descriptor is no DNS error.
  return systemCode(error) === undefined ? worded(IN_WORDS, reason) : systemReason(error);
}

function worded(
  table: readonly (readonly [RegExp, string])[],
  text: string,
): string | undefined {
  for (const [pattern, words] of table) {
    const match = pattern.exec(text);
    if (match) return words.replace(/\$(\d)/g, (_, index) => plain(match[index] ?? "others"));
  }
  return undefined;
}

/** Without Rust's and the operating system's wrapping: `DnsName("a")`, `… (os error 2)`. */
function plain(text: string): string {
  return text.replace(/\w+\("([^"]*)"\)/g, "$1").replace(/ \(os error \d+\).*$/s, "");
}
