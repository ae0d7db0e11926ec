import { assertEquals } from "@std/assert";
import { PlatformClient } from "../../../src/platform/client/client.ts";
import { directClient } from "../../../src/platform/client/direct_client.ts";
import { CALL, jsonServer, leakTest, TOKEN, workspaceAt } from "../support.ts";

// That no proxy hears of it is shown on the program (tests/e2e/proxy_test.ts): `fetch` reads the
// variables once in a process.

leakTest("a client that bypasses proxies calls as any other, and leaves nothing open", async () => {
  await using server = jsonServer({ ok: true });
  const client = new PlatformClient({ ...workspaceAt(server.url), bypassProxy: true });
  for (const call of [CALL, { ...CALL, query: { a: "b" } }]) {
    assertEquals((await client.request(call)).json, { ok: true });
  }
  assertEquals(server.received.map(({ bearer }) => bearer), [TOKEN, TOKEN]);
  assertEquals(server.received[0]?.headers.get("host"), new URL(server.url).host);
  client.close();
  client.close();
});

leakTest("https gets none: this transport would leave TLS out", () => {
  assertEquals(directClient("https://127.0.0.1:8443"), undefined);
  return Promise.resolve();
});

for (const origin of ["http://[::1]:8080", "http://localhost", "http://10.0.0.5"]) {
  leakTest(`a client can be made for ${origin}`, () => {
    directClient(origin)?.close();
    return Promise.resolve();
  });
}
