import { assertEquals } from "@std/assert";
import { type HostScope, hostScope } from "../../src/config/host_scope.ts";

const HOSTS: Readonly<Record<HostScope, readonly string[]>> = {
  loopback: [
    "localhost",
    "localhost.",
    "app.localhost",
    "127.0.0.1",
    "127.255.255.254",
    "[::1]",
    // Other spellings of 127.0.0.1.
    "0x7f.1",
    "2130706433",
  ],
  private: [
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.1.1",
    "[fc00::1]",
    "[fdff:1::1]",
    "[fe80::1]",
    "[febf::1]",
    "platform",
    "nas.local",
    "api.internal",
    "box.lan",
    "box.home.arpa",
  ],
  public: [
    "acme.example",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "11.0.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "[2001:db8::1]",
    "[::]",
    "[fec0::1]",
    // Addresses with the leading zeros left out: 00fc::1 and 0fe8::1 are no private ones.
    "[fc::1]",
    "[fd::1]",
    "[fe8::1]",
    // Names that only look like addresses.
    "127.evil.example",
    "10.evil.example",
    "192.168.evil.example",
    "localhost.evil.example",
    "notlocalhost.example",
    "local.example",
    "evil.locals",
  ],
};

for (const scope of ["loopback", "private", "public"] as const) {
  for (const host of HOSTS[scope]) {
    Deno.test(`${host} is ${scope}`, () => {
      assertEquals(hostScope(new URL(`http://${host}`).hostname), scope);
    });
  }
}
