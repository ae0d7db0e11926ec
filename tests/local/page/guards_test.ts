import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { refuseForeignHost, refuseForeignPage } from "../../../src/local/page/guards.ts";
import { OneTimeKeys, Sessions } from "../../../src/local/page/secrets.ts";

const OWN = ["127.0.0.1:4747", "localhost:4747"];
/** What names like ours are made of. */
const nearly = fc.array(
  fc.constantFrom(
    "127.0.0.1",
    "localhost",
    "LOCALHOST",
    "4747",
    ":",
    ".",
    "@",
    "/",
    "#",
    "[::1]",
    "x",
  ),
  { maxLength: 6 },
).map((parts) => parts.join(""));

Deno.test("guards: only our own names are ours", () => {
  for (const host of OWN) {
    assertEquals(refuseForeignHost(new Headers({ Host: host }), 4747), undefined);
  }
  assertEquals(refuseForeignHost(new Headers({ Host: "127.0.0.1" }), 80), undefined);
  assertEquals(refuseForeignHost(new Headers(), 4747)?.status, 421);
  fc.assert(fc.property(nearly, (host) => {
    const refusal = refuseForeignHost(new Headers({ Host: host }), 4747);
    assertEquals(refusal?.status, OWN.includes(host) ? undefined : 421);
  }));
});

const methods = fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
const origins = fc.option(
  fc.oneof(fc.constantFrom("null", "", ...OWN.map((host) => `http://${host}`)), nearly),
  { nil: undefined },
);
const sites = fc.constantFrom(undefined, "same-origin", "same-site", "cross-site", "none", "x");

Deno.test("guards: only the page changes anything, and no other page reads", () => {
  fc.assert(
    fc.property(methods, fc.constantFrom(...OWN), origins, sites, (method, host, origin, site) => {
      const headers = new Headers({ Host: host });
      if (origin !== undefined) headers.set("Origin", origin);
      if (site !== undefined) headers.set("Sec-Fetch-Site", site);
      const isLetIn = refuseForeignPage({ method, headers }) === undefined;
      const isRead = method === "GET" || method === "HEAD";
      if (isLetIn) {
        assert(site === undefined || site === "same-origin" || (site === "none" && isRead));
        assert(origin === `http://${host}` || (origin === undefined && isRead));
      }
      if (origin === `http://${host}` && site === "same-origin") assert(isLetIn);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("guards: no text but a secret itself is taken for it", () => {
  const keys = new OneTimeKeys(() => 0);
  const sessions = new Sessions(3);
  const [key, secret] = [keys.make(), sessions.open()];
  const changed = (text: string) =>
    fc.oneof(
      fc.nat(text.length).map((length) => text.slice(0, length)),
      fc.string().map((more) => text + more),
      fc.string({ unit: "binary" }),
      fc.nat(text.length - 1).map((i) => `${text.slice(0, i)}\u0100${text.slice(i + 1)}`),
    ).filter((other) => other !== text);
  fc.assert(fc.property(changed(key), (guess) => assertEquals(keys.use(guess), false)));
  fc.assert(fc.property(changed(secret), (guess) => assertEquals(sessions.find(guess), undefined)));
  assert(sessions.find(secret));
  assertEquals([keys.use(key), keys.use(key)], [true, false]);
});
