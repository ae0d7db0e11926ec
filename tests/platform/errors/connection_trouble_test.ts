import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  connectionTrouble,
  isCertificateSetting,
} from "../../../src/platform/errors/connection_trouble.ts";

/** As Deno throws it: the reason stands in the cause. */
function fetchError(reason: string): TypeError {
  const message =
    `error sending request for url (https://a.example/): client error (Connect): ${reason}`;
  return new TypeError("fetch failed", { cause: new Error(message) });
}

function troubleOf(reason: string): string {
  return connectionTrouble(fetchError(reason), `fetch failed: ${reason}`) ?? "";
}

const CASES: readonly (readonly [string, RegExp])[] = [
  ["invalid peer certificate: UnknownIssuer", /DENO_TLS_CA_STORE=system.*DENO_CERT/],
  ["invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))", /DENO_CERT/],
  ["invalid peer certificate: Expired", /has expired.*clock/],
  ["invalid peer certificate: certificate expired: verification time 2 (UNIX)", /has expired/],
  ["invalid peer certificate: NotValidYet", /not valid yet/],
  ["invalid peer certificate: NotValidForName", /another name/],
  ["invalid peer certificate: BadSignature", /cannot be used \(BadSignature\)/],
  ["received corrupt message of type InvalidContentType", /does not speak https/],
  ["proxy authentication required", /user name and a password/],
  ["tunnel error: unsuccessful", /refuses to connect/],
  ["dns error: failed to lookup address information", /\(DNS\)/],
  // This machine's own trouble, whatever step it stopped.
  ["dns error: Too many open files (os error 24)", /no file (descriptors|handles) left/],
  ["tcp connect error: Connection refused (os error 111)", /nothing listens there/],
  ["tcp connect error: No route to host (os error 113)", /cannot be reached from this network/],
  ["tcp connect error: Connection timed out (os error 110)", /does not accept the connection/],
  // Windows, which says it in its own language.
  ["tcp connect error: Verweigert. (os error 10061)", /nothing listens there/],
  ["tcp connect error: Kein Netz. (os error 10051)", /cannot be reached from this network/],
  ["tcp connect error: Kein Weg. (os error 10065)", /cannot be reached from this network/],
  ["tcp connect error: Keine Antwort. (os error 10060)", /does not accept the connection/],
  ["tcp connect error: Adresse. (os error 10049)", /0\.0\.0\.0 is no address to connect to/],
  ["tcp connect error: Untersagt. (os error 10013)", /firewall/],
  ["tcp connect error: Kein Puffer. (os error 10055)", /no room left for connections/],
  ["dns error: Unbekannt. (os error 11001)", /\(DNS\)/],
];

for (const [reason, expected] of CASES) {
  Deno.test(`in words: ${reason}`, () => assertMatch(troubleOf(reason), expected));
}

Deno.test("Deno's certificate settings are known by what it says of them", () => {
  for (
    const [message, expected] of [
      ["Failed opening CA file: No such file or directory (os error 2)", /\(No such file or dir/],
      ["Unable to add pem file to certificate store: bad", /not a PEM certificate \(bad\)/],
      ['Unknown certificate store "x" specified (allowed: "system,mozilla")', /\("x"\)/],
    ] as const
  ) {
    assert(isCertificateSetting(new Error(message)));
    assertMatch(connectionTrouble(new Error(message), message) ?? "", expected);
  }
  assert(!isCertificateSetting(new Error("x")));
});

Deno.test("what is not known has no words, and no text makes it fail", () => {
  assertEquals(connectionTrouble(fetchError("whatever"), "whatever"), undefined);
  fc.assert(fc.property(fc.string(), (text) => {
    assert(!connectionTrouble(fetchError(text), text)?.includes("$1"));
  }));
});
