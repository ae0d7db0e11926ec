import { assertEquals, assertStringIncludes } from "@std/assert";
import { Certificates } from "../e2e/certificates.ts";
import { firstReason, lacking } from "../support/test_unless.ts";
import {
  assertNothingInstalled,
  BASICS,
  install,
  installTest,
  pathOf,
  programIn,
  toolsOnly,
} from "./install_sh.ts";

/** How each is told of an authority. */
const AUTHORITY: Readonly<Record<string, (path: string, rc: string) => Record<string, string>>> = {
  curl: (path) => ({ CURL_CA_BUNDLE: path }),
  wget: (_path, rc) => ({ WGETRC: rc }),
};

for (const [tool, trust] of Object.entries(AUTHORITY)) {
  const skipped = firstReason(
    lacking(tool, await pathOf(tool) !== undefined),
    lacking("openssl", Certificates.available),
    lacking("sha256sum", await pathOf("sha256sum") !== undefined),
  );
  installTest(`with ${tool}: a redirect to https is followed, one to http is not`, async (
    home,
    server,
  ) => {
    await using certificates = await Certificates.make();
    let lead = (_base: string): string => "";
    await using mirror = Deno.serve(
      {
        hostname: "127.0.0.1",
        port: 0,
        ...await certificates.for("localhost"),
        onListen: () => {},
      },
      async (request) => {
        const { pathname, origin } = new URL(request.url);
        const asked = /^\/direct(\/.*)/.exec(pathname)?.[1];
        // What is behind it is the release server's, in the clear.
        if (asked !== undefined) return await fetch(`${server.url}${asked}`);
        return new Response(null, { status: 302, headers: { location: lead(origin) + pathname } });
      },
    );
    const rc = await home.write("wgetrc", `ca_certificate = ${certificates.authority}\n`);
    const env = {
      ...await toolsOnly(home, [...BASICS, tool, "sha256sum"]),
      ...trust(certificates.authority, rc),
      MOLECULE_MCP_BASE_URL: `https://localhost:${mirror.addr.port}`,
    };
    lead = () => server.url;
    const refused = await install(home, server, { env });
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "cannot download");
    assertEquals(server.requests, [], "It was asked in the clear");
    await assertNothingInstalled(home);
    for (const base of [(origin: string) => `${origin}/direct`, () => "/direct"]) {
      lead = base;
      const { code, stderr } = await install(home, server, { env });
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(await Deno.readTextFile(programIn(home)), "1.2.3");
      await Deno.remove(programIn(home));
    }
  }, skipped);
}
