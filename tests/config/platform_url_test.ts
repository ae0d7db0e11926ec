import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { parsePlatformUrl, type PlatformUrl } from "../../src/config/platform_url.ts";

function parse(text: string): PlatformUrl {
  const parsed = parsePlatformUrl(text);
  if ("problem" in parsed) throw new Error(`Expected an address, got: ${parsed.problem}`);
  return parsed;
}

/** Why the text is refused. */
function refusal(text: string): string {
  const parsed = parsePlatformUrl(text);
  if (!("problem" in parsed)) throw new Error(`Expected a refusal, got ${parsed.base}`);
  return parsed.problem;
}

const ACCEPTED: readonly [what: string, text: string, base: string, origin: string][] = [
  ["a plain address", "https://acme.example", "https://acme.example", "https://acme.example"],
  ["a trailing slash", "https://acme.example/", "https://acme.example", "https://acme.example"],
  [
    "many trailing slashes",
    "https://acme.example///",
    "https://acme.example",
    "https://acme.example",
  ],
  ["a path", "https://acme.example/a/b/", "https://acme.example/a/b", "https://acme.example"],
  [
    "a port",
    "https://acme.example:8443/",
    "https://acme.example:8443",
    "https://acme.example:8443",
  ],
  ["the default port", "https://acme.example:443", "https://acme.example", "https://acme.example"],
  ["upper case", "HTTPS://Acme.Example/P", "https://acme.example/P", "https://acme.example"],
  [
    "an IPv6 address",
    "https://[2001:DB8::1]:8443",
    "https://[2001:db8::1]:8443",
    "https://[2001:db8::1]:8443",
  ],
  [
    "steps in the path",
    "https://acme.example/a/../b",
    "https://acme.example/b",
    "https://acme.example",
  ],
  ["an empty query", "https://acme.example?", "https://acme.example", "https://acme.example"],
];

for (const [what, text, base, origin] of ACCEPTED) {
  Deno.test(`${what} is accepted and normalised`, () => {
    assertEquals(parse(text), { base, origin, exposed: false });
  });
}

Deno.test("http:// on this machine is accepted and not exposed", () => {
  for (const host of ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "app.localhost"]) {
    assertEquals(parse(`http://${host}`).exposed, false, host);
  }
});

Deno.test("http:// in a private network is accepted and exposed", () => {
  for (const host of ["10.1.2.3", "192.168.0.5:8080", "platform:8080", "[fd00::1]", "nas.local"]) {
    assertEquals(parse(`http://${host}`).exposed, true, host);
  }
});

Deno.test("http:// to a public host is refused, with the way out", () => {
  for (const host of ["acme.example", "8.8.8.8", "10.evil.example", "127.0.0.1.evil.example"]) {
    const message = refusal(`http://${host}`);
    assertStringIncludes(message, `plain http:// would send the token unprotected to ${host}`);
    assertStringIncludes(message, "use https://");
  }
});

Deno.test("a user name or password is refused and never repeated", () => {
  for (const userinfo of ["user:hunter2", "hunter2", ":hunter2", "user%40:hunter2", "", ":"]) {
    const message = refusal(`https://${userinfo}@acme.example`);
    assertStringIncludes(message, "must not carry a user name or password");
    assert(!message.includes("hunter2"));
  }
});

Deno.test("a malformed address with a password is refused without repeating it", () => {
  for (const text of ["htps://user:hunter2@acme.example", "https://user:hunter2@", "u:hunter2@h"]) {
    assert(!refusal(text).includes("hunter2"));
  }
});

Deno.test("a query or fragment is refused", () => {
  for (const tail of ["?a=1", "/?a", "#top", "/path#x"]) {
    assertStringIncludes(refusal(`https://acme.example${tail}`), "must not carry a query");
  }
});

Deno.test("what is not an http or https address is refused and shown", () => {
  const texts = [
    "acme.example",
    "//acme.example",
    "https:acme.example",
    "https:/acme.example",
    "https:///acme.example",
    "https://",
    "https:\\\\acme.example",
    "ftp://acme.example",
    "ws://acme.example",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://acme example",
    "https://acme.exam\nple",
    "https://acme.example/a b",
    "https://acme.example:99999",
    "https://[::1",
  ];
  for (const text of texts) {
    const message = refusal(text);
    assertStringIncludes(message, "expected an http:// or https:// URL such as https://");
    assertStringIncludes(message, JSON.stringify(text));
  }
});

Deno.test("whatever is accepted, base and origin are fit for requests and the Origin header", () => {
  const text = fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string());
  fc.assert(fc.property(text, (candidate) => {
    const parsed = parsePlatformUrl(candidate);
    if ("problem" in parsed) return;
    const { base, origin } = parsed;
    assertEquals(new URL(base).origin, origin);
    assert(!base.endsWith("/") && !/[?#\s]/.test(base.slice(origin.length)));
    assert(base.startsWith(origin));
  }));
});
