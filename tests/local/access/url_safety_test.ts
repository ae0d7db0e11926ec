import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { urlProblem } from "../../../src/local/access/url_safety.ts";

const PUBLIC = "93.184.216.34";

function settings(addresses: string[] = [PUBLIC]) {
  return { allowLoopbackUrls: false, resolveHost: () => Promise.resolve(addresses) };
}

for (
  const [url, problem] of [
    ["https://agent.example.org/a2a", undefined],
    ["http://localhost:8000/", undefined],
    ["http://93.184.216.34/", undefined],
    ["ftp://agent.example.org/", 'url scheme must be http or https, got "ftp"'],
    ["agent.example.org", "url cannot be parsed"],
    ["http://127.0.0.1:8000", "url targets a blocked address: loopback address"],
    ["http://127.255.0.1/", "url targets a blocked address: loopback address"],
    ["http://0x7f000001/", "url targets a blocked address: loopback address"],
    ["http://[::1]/", "url targets a blocked address: loopback address"],
    ["http://[::ffff:127.0.0.1]/", "url targets a blocked address: loopback address"],
    ["http://169.254.169.254/", "url targets a blocked address: link-local address"],
    ["http://[fe80::1]/", "url targets a blocked address: link-local address"],
    ["http://192.0.2.1/", "url targets a blocked address: documentation address"],
    ["http://[2001:db8::1]/", "url targets a blocked address: documentation address"],
    ["http://100.64.0.1/", "url targets a blocked address: carrier-grade NAT address"],
    ["http://100.128.0.1/", undefined],
    ["http://224.0.0.1/", "url targets a blocked address: multicast address"],
    ["http://[fd00::1]/", "url targets a blocked address: unique local address"],
    ["http://10.1.2.3/", "url targets a blocked address: private address"],
    ["http://172.31.0.1/", "url targets a blocked address: private address"],
    ["http://172.32.0.1/", undefined],
    ["http://192.168.1.1/", "url targets a blocked address: private address"],
  ] as const
) {
  Deno.test(`url safety: ${url} is ${problem === undefined ? "allowed" : "refused"}`, async () => {
    assertEquals(await urlProblem(url, settings()), problem);
  });
}

Deno.test("url safety: every address of a host name counts", async () => {
  const url = "https://agent.example.org/";
  const problem = await urlProblem(url, settings([PUBLIC, "127.0.0.1"]));
  assertEquals(problem, "url targets a blocked address: loopback address");
});

Deno.test("url safety: a host name without an address is refused", async () => {
  const problem = await urlProblem("https://gone.example.org/", settings([]));
  assert(problem?.startsWith('hostname "gone.example.org" cannot be resolved (DNS error)'));
});

Deno.test("url safety: the hosted platform allows private addresses, nothing else", async () => {
  const hosted = { ...settings(), orgId: "7c5a3e19-0f2d-4b68-a1e7-d4c3b2a19f07" };
  assertEquals(await urlProblem("http://10.1.2.3/", hosted), undefined);
  assert(await urlProblem("http://169.254.169.254/", hosted));
});

Deno.test("url safety: loopback is allowed when told so, and only that", async () => {
  const local = { ...settings(), allowLoopbackUrls: true };
  assertEquals(await urlProblem("http://127.0.0.1:8000/", local), undefined);
  assert(await urlProblem("http://10.0.0.1/", local));
});

Deno.test("url safety: no address of the loopback network passes", async () => {
  const byte = fc.integer({ min: 0, max: 255 });
  await fc.assert(
    fc.asyncProperty(byte, byte, byte, async (b, c, d) => {
      assert(await urlProblem(`http://127.${b}.${c}.${d}/`, settings()));
    }),
  );
});
