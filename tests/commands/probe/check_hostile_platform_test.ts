import { assert, assertEquals, assertMatch } from "@std/assert";
import { exitCodeOf } from "../../../src/commands/probe/check_platform.ts";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { checkLead, onEvery } from "./check_lead.ts";

Deno.test("a redirect is not followed, and no token goes anywhere", async () => {
  await using elsewhere = await startLocalPlatform();
  const to = (path: RegExp) => (platform: LocalPlatform) =>
    void platform.faults.use((request) =>
      path.test(request.path)
        ? new Response("", { status: 307, headers: { location: `${elsewhere.url}/x` } })
        : undefined
    );
  const first = await checkLead(to(/./));
  assertEquals(first.check.outcome, "not_platform");
  assert(first.platform.requests.every(({ headers }) => headers["authorization"] === undefined));
  const second = await checkLead(to(/activity/));
  assertEquals(second.check.outcome, "unreachable");
  assertEquals(elsewhere.requests.length, 0);
});

Deno.test("a web page is no platform", async () => {
  const page = (status: number) => () =>
    new Response("<!doctype html><p>Sign in", { status, headers: { "content-type": "text/html" } });
  for (const status of [200, 404]) {
    const { check } = await checkLead(onEvery(page(status)));
    assertEquals([check.outcome, exitCodeOf(check)], ["not_platform", 1]);
  }
});

Deno.test("escape codes and line ends of the platform do not reach a terminal", async () => {
  const odd = "\x1b]0;owned\x07\x1b[2JLead\u202e\r\nok   accepted";
  const named = await checkLead((platform) =>
    void platform.faults.use(({ path }) =>
      /^\/workspaces\/[^/]+$/.test(path)
        ? Response.json({ id: path.slice(12), name: odd })
        : undefined
    )
  );
  assert(named.check.outcome === "accepted");
  assertMatch(named.check.name ?? "", /^[ -~]+$/);
  const refused = await checkLead(onEvery(() => Response.json({ error: odd }, { status: 500 })));
  assert(refused.check.outcome === "unreachable");
  assertMatch(refused.check.message, /^[ -~]+$/);
});

Deno.test("a platform that repeats the token does not get it onto the screen", async () => {
  const token = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";
  const { check } = await checkLead(
    (platform) =>
      void platform.faults.use(({ headers }) =>
        headers["authorization"] !== undefined
          ? Response.json({ error: `no such token: ${token}` }, { status: 401 })
          : undefined
      ),
    { token },
  );
  assert(check.outcome === "refused");
  assert(!check.message.includes(token), check.message);
});

Deno.test("10 MB of answer, or a deep one, is not a record", async () => {
  for (const text of [`"${"x".repeat(10_000_000)}"`, "[".repeat(100_000)]) {
    const { check } = await checkLead(onEvery(() => new Response(text)));
    assertEquals(check.outcome, "not_platform");
  }
});

Deno.test("an answer without end, and 50 MB that were packed, are given up", async () => {
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(32)),
      }),
    );
  const packed = () =>
    new Response(
      new Blob([new Uint8Array(50_000_000)]).stream().pipeThrough(new CompressionStream("gzip")),
      { headers: { "content-encoding": "gzip" } },
    );
  for (const answer of [endless, packed]) {
    const { check } = await checkLead(onEvery(answer));
    assert(check.outcome === "not_platform");
    assertMatch(check.message, /without end/);
  }
});

Deno.test("a platform that redirects without end is asked twice, and never with the token", async () => {
  let count = 0;
  const { check, platform } = await checkLead(
    onEvery(() => new Response(null, { status: 302, headers: { location: `/${++count}` } })),
  );
  assertEquals([check.outcome, count], ["not_platform", 2]);
  assert(platform.requests.every(({ headers }) => headers["authorization"] === undefined));
});

Deno.test("another platform's address in a redirect is told as a host, never as a command", async () => {
  const location = `https://evil.example/${"a".repeat(50_000)}`;
  const { check } = await checkLead(
    onEvery(() => new Response(null, { status: 302, headers: { location } })),
  );
  assert(check.outcome === "not_platform");
  assertMatch(check.message, /to evil\.example;/);
  assert(check.message.length < 600 && !check.next?.includes("evil"), check.next);
});
