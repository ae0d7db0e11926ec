import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { callUrl } from "../../../src/platform/client/call_url.ts";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import { CALL, clientAt, failureOf, jsonServer } from "../support.ts";

const BASE = "https://acme.example.net:8443/base";

Deno.test("segments are joined below the base URL and encoded", () => {
  const url = callUrl(BASE, { path: ["workspaces", "a/b ?#%", "x"] });
  assertEquals(url.href, `${BASE}/workspaces/a%2Fb%20%3F%23%25/x`);
});

Deno.test("whatever the segments are, a call is below the base URL or refused", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (path) => {
    let url: URL;
    try {
      url = callUrl(BASE, { path });
    } catch (error) {
      assert(error instanceof PlatformError && !error.maybeDelivered);
      return;
    }
    assertEquals(url.origin, "https://acme.example.net:8443");
    assertEquals(url.search + url.hash, "");
    const segments = url.pathname.slice("/base/".length).split("/").map(decodeURIComponent);
    assertEquals(segments, path);
  }));
});

for (const segment of ["..", ".", "", "\ud800"]) {
  Deno.test(`a segment ${JSON.stringify(segment)} is refused and nothing is sent`, async () => {
    await using server = jsonServer({});
    const failure = await failureOf(
      clientAt(server.url).request({ ...CALL, path: ["workspaces", segment, "x"] }),
    );
    assertEquals([failure.kind, failure.maybeDelivered], ["rejected", false]);
    assertEquals(server.received.length, 0);
  });
}
