import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  GITHUB,
  LookUpError,
  newestRelease,
  releaseTitle,
} from "../../../src/commands/upgrade/newest_release.ts";
import { parseVersion } from "../../../src/commands/upgrade/version.ts";

const signal = new AbortController().signal;

/** A server of releases on this machine. */
class Releases implements AsyncDisposable {
  /** The names of the headers of each request. */
  readonly requests: (readonly string[])[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(answer: (request: Request, base: string) => Response | Promise<Response>) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      this.requests.push([...request.headers.keys()]);
      return answer(request, this.base);
    });
  }

  get base(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/o/r/releases`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function redirect(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}

async function look(releases: Releases, timeoutMs = 5_000) {
  return await newestRelease({ base: releases.base }, { signal, timeoutMs });
}

Deno.test("the page latest leads to the newest release, and nothing of the user's is sent", async () => {
  await using releases = new Releases((_request, base) => redirect(`${base}/tag/v1.2.3-rc.1`));
  const { version, url } = await look(releases);
  assertEquals([version.text, url], ["1.2.3-rc.1", `${releases.base}/tag/v1.2.3-rc.1`]);
  assertEquals(releases.requests.length, 1);
  const [names = []] = releases.requests;
  assert(names.includes("user-agent"));
  for (const name of ["authorization", "cookie", "x-molecule-org-id"]) {
    assert(!names.includes(name), name);
  }
});

Deno.test("a project that has moved is followed", async () => {
  await using releases = new Releases(({ url }, base) =>
    url.endsWith("/new/latest") ? redirect("/tag/v2.0.0") : redirect(`${base}/new/latest`, 301)
  );
  assertEquals((await look(releases)).version.text, "2.0.0");
});

const FAILURES: readonly (readonly [
  what: string,
  answer: (base: string) => Response,
  message: string,
])[] = [
  ["no release", () => new Response("", { status: 404 }), "knows no release (HTTP 404"],
  ["a page", () => new Response("<html>"), "answered HTTP 200 instead of leading"],
  ["trouble", () => new Response("", { status: 503 }), "answered HTTP 503"],
  ["too many requests", () => new Response("", { status: 429 }), "answered HTTP 429"],
  ["no address", () => new Response(null, { status: 302 }), "answered HTTP 302 instead"],
  ["a circle", (base) => redirect(`${base}/latest`), "leads to no release"],
  ["no URL", () => redirect("http://["), "leads to no release"],
  ["another scheme", () => redirect("file:///etc/tag/v9.9.9"), "leads to no release"],
  ["an odd tag", (base) => redirect(`${base}/tag/nightly`), "whose tag is no version"],
  [
    "a hostile tag",
    (base) => redirect(`${base}/tag/v9.9.9%20%1b[31m;rm`),
    "whose tag is no version",
  ],
  ["a broken tag", (base) => redirect(`${base}/tag/%ff`), "whose tag is no version"],
];

for (const [what, answer, message] of FAILURES) {
  Deno.test(`${what} in place of a release is told as that`, async () => {
    await using releases = new Releases((_request, base) => answer(base));
    const error = await assertRejects(() => look(releases), LookUpError);
    assertStringIncludes(error.message, message);
  });
}

Deno.test("an answer that does not come is waited for only so long", async () => {
  const over = Promise.withResolvers<Response>();
  await using releases = new Releases(() => over.promise);
  const error = await assertRejects(() => look(releases, 200), LookUpError);
  assertStringIncludes(error.message, "did not answer within 0.2 s");
  over.resolve(new Response());
});

Deno.test("nobody listening is told with what to do", async () => {
  const port = closedPort();
  const base = `http://127.0.0.1:${port}/releases`;
  const error = await assertRejects(
    () => newestRelease({ base }, { signal, timeoutMs: 5_000 }),
    LookUpError,
  );
  assertStringIncludes(error.message, `Cannot reach http://127.0.0.1:${port}`);
  assert(!error.message.includes("PLATFORM_URL"), error.message);
});

const TITLES: readonly (readonly [unknown, string | undefined])[] = [
  [{ name: "Two minutes to a listed peer" }, "Two minutes to a listed peer"],
  [{ name: "v1.2.3", body: "## New\n\n- `doctor` says why\n- more" }, "`doctor` says why"],
  [{ name: "", body: "" }, undefined],
  [{ name: "a\u001b[31m\u202eb\nc" }, "a[31mb c"],
  ["text", undefined],
  [{ name: "x".repeat(500) }, `${"x".repeat(119)}…`],
];

for (const [release, title] of TITLES) {
  Deno.test(`the title of ${JSON.stringify(release).slice(0, 60)}`, async () => {
    await using releases = new Releases(() => Response.json(release));
    const version = parseVersion("1.2.3");
    assert(version);
    const found = await releaseTitle({ base: "", api: releases.base }, { version, signal });
    assertEquals(found, title);
  });
}

Deno.test("without a title it works, too", async () => {
  const version = parseVersion("1.2.3");
  assert(version);
  const api = `http://127.0.0.1:${closedPort()}`;
  assertEquals(await releaseTitle({ base: "", api }, { version, signal }), undefined);
  assertEquals(await releaseTitle({ base: "" }, { version, signal }), undefined);
});

Deno.test("GitHub is asked over https", () => {
  assert(GITHUB.base.startsWith("https://") && GITHUB.api?.startsWith("https://"));
});

function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
