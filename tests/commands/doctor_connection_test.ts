import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { connectionFailure } from "../../src/commands/probe/connection_failure.ts";
import type { PlatformProbe } from "../../src/commands/probe/probe_platform.ts";
import { PlatformError, type PlatformErrorKind } from "../../src/platform/errors/platform_error.ts";

const ORIGIN = "https://acme.example";

/** A probe in which both requests failed like this. */
function probe(
  reason: string,
  more: Partial<PlatformProbe> = {},
  kind: PlatformErrorKind = "unreachable",
): PlatformProbe {
  const cause = new TypeError(`error sending request: client error (Connect): ${reason}`);
  const answer = { error: new PlatformError(kind, "x", { maybeDelivered: false, cause }) };
  return {
    target: {
      url: { base: ORIGIN, origin: ORIGIN, exposed: false },
      isUrlSaved: false,
      bypassProxy: false,
    },
    health: answer,
    record: answer,
    tokens: [],
    answeredAtMs: 0,
    ...more,
  };
}

const CERTIFICATE = {
  issuer: "Acme\x07 Root\nCA",
  from: new Date("2030-01-02T00:00:00Z"),
  until: new Date("2020-01-02T00:00:00Z"),
};

/** What rustls and the systems say, and which cause that is. */
const SAID: readonly (readonly [string, string, RegExp])[] = [
  [
    "invalid peer certificate: UnknownIssuer",
    "network.tls_unknown_issuer",
    /issued by "Acme Root CA"/,
  ],
  [
    "invalid peer certificate: certificate expired",
    "network.tls_expired",
    /expired \(2020-01-02\)/,
  ],
  ["invalid peer certificate: NotValidYet", "network.tls_not_yet_valid", /\(from 2030-01-02\)/],
  [
    'invalid peer certificate: certificate not valid for name "acme.example"; certificate is only ' +
    'valid for DnsName("other.example") or DnsName("b.example")',
    "network.tls_name",
    /for another name \(other\.example or b\.example\)/,
  ],
  ["invalid peer certificate: BadSignature", "network.tls_other", /\(BadSignature\)/],
  ["received corrupt message of type InvalidContentType", "network.needs_http", /not speak https/],
  ["dns error: No such host is known. (os error 11001)", "network.dns", /acme\.example/],
  [
    "tcp connect error: No connection could be made because the target machine actively refused it. " +
    "(os error 10061)",
    "network.refused",
    /nothing listens/,
  ],
  [
    "tcp connect error: A socket operation was attempted to an unreachable network. (os error 10051)",
    "network.unreachable",
    /from this network/,
  ],
  [
    "tcp connect error: No route to host (os error 113)",
    "network.unreachable",
    /from this network/,
  ],
  [
    "tcp connect error: Too many open files (os error 24)",
    "network.machine",
    /descriptors|handles/,
  ],
  ["something quite new", "network.broken", /breaks before/],
];

for (const [reason, cause, text] of SAID) {
  Deno.test(`${cause}: ${reason.slice(0, 60)}`, () => {
    const found = connectionFailure(probe(reason, { certificate: CERTIFICATE }));
    assertEquals(found.cause, cause);
    assertEquals(found.mark, "fail");
    assertMatch(found.text, text);
    // deno-lint-ignore no-control-regex
    assertNotMatch(found.text + found.next, /[\x00-\x1f]|os error/);
  });
}

Deno.test("the stages of silence are told apart", () => {
  const causeOf = (more: Partial<PlatformProbe>) =>
    connectionFailure(probe("", more, "timed_out")).cause;
  assertEquals(causeOf({}), "network.no_connection");
  assertEquals(causeOf({ connects: true }), "network.hangs");
  assertEquals(
    causeOf({ connects: false, connectError: new Error("dns error") }),
    "network.dns",
  );
});

Deno.test("a proxy that is not there is not taken for the platform", () => {
  const proxy = "http://proxy.example:3128";
  const connectError = new Error("failed to lookup address information: Name not known");
  const found = connectionFailure(probe("dns error", { proxy, connects: false, connectError }));
  assertEquals(found.cause, "network.proxy_down");
  assertMatch(found.text, /proxy\.example:3128.*its name cannot be looked up/);
  const behind = connectionFailure(probe("dns error", { proxy, connects: true }));
  assertEquals(behind.cause, "network.dns");
});
