import { assertEquals } from "@std/assert";
import { bypassesProxy, parseProxy } from "../../src/config/proxy.ts";
import { environment } from "./support.ts";

/** Whether that platform is called without the proxy. */
function bypasses(origin: string, variables: Record<string, string>, mayRead?: () => boolean) {
  const platform = { base: origin, origin, exposed: false };
  return bypassesProxy(platform, parseProxy(environment(variables), mayRead));
}

const PROXY = "http://proxy.example:3128";

Deno.test("on this machine and over plain http no proxy is used, whatever variable names it", () => {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((n) => [n, n.toLowerCase()]);
  const origins = [
    "http://127.0.0.1:8080",
    "http://localhost",
    "http://[::1]:80",
    "http://10.0.0.5",
    "http://platform.internal:8080",
    "https://localhost:8443",
    "https://127.9.9.9",
  ];
  for (const name of names) {
    for (const origin of origins) assertEquals(bypasses(origin, { [name]: PROXY }), true, origin);
    assertEquals(bypasses("https://acme.example", { [name]: PROXY }), false);
  }
});

Deno.test("without a proxy variable nothing is bypassed", () => {
  for (const origin of ["http://127.0.0.1:8080", "https://acme.example"]) {
    assertEquals(bypasses(origin, {}), false);
    assertEquals(bypasses(origin, { NO_PROXY: "*" }), false);
  }
});

Deno.test("a proxy that may be there without being seen is bypassed too", () => {
  assertEquals(bypasses("http://127.0.0.1:8080", {}, () => false), true);
  assertEquals(bypasses("https://acme.example", {}, () => false), false);
});

Deno.test("NO_PROXY is honoured for https: *, host, host:port and domain", () => {
  const yes = [
    "*",
    "acme.example.com",
    "ACME.example.com",
    "example.com",
    ".example.com",
    "*.example.com",
    "com",
    "acme.example.com:443",
    ".example.com:443",
    "other.org, acme.example.com",
    "other.org acme.example.com",
    "acme.example.com.",
  ];
  const no = [
    "",
    ",",
    ".",
    "cme.example.com",
    "xample.com",
    "acme.example.com:8443",
    "b.acme.example.com",
    "https",
  ];
  for (const name of ["NO_PROXY", "no_proxy"]) {
    for (const [entries, expected] of [[yes, true], [no, false]] as const) {
      for (const entry of entries) {
        const variables = { HTTPS_PROXY: PROXY, [name]: entry };
        assertEquals(bypasses("https://acme.example.com", variables), expected, entry);
      }
    }
  }
});

Deno.test("NO_PROXY with a port, and with IPv6", () => {
  const at = (origin: string, entry: string) =>
    bypasses(origin, { HTTPS_PROXY: PROXY, NO_PROXY: entry });
  assertEquals(at("https://acme.example:8443", "acme.example:8443"), true);
  assertEquals(at("https://acme.example:8443", "acme.example:443"), false);
  for (const entry of ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443"]) {
    assertEquals(at("https://[2001:db8::1]", entry), true, entry);
  }
  assertEquals(at("https://[2001:db8::1]", "[2001:db8::1]:8443"), false);
});
