import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  checkPlatform,
  checkTokens,
  exitCodeOf,
  type PlatformCheck,
} from "../../../src/commands/probe/check_platform.ts";
import { parsePlatformUrl, type PlatformUrl } from "../../../src/config/platform_url.ts";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam } from "../../../src/local/team.ts";

function address(url: string): PlatformUrl {
  const found = parsePlatformUrl(url);
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

const isRecord = (path: string, id: string) => path === `/workspaces/${id}`;
const never = new AbortController().signal;

/** Checks the lead of a team against its platform, which `arrange` has changed before. */
async function checkLead(
  arrange: (platform: LocalPlatform, lead: { id: string; token: string }) => void = () => {},
  options: { token?: string; orgId?: string; askMs?: number; signal?: AbortSignal } = {},
): Promise<{ check: PlatformCheck; platform: LocalPlatform; lead: { id: string; token: string } }> {
  const platform = await startLocalPlatform();
  const [lead] = await createTeam(platform);
  if (!lead) throw new Error("No team");
  arrange(platform, lead);
  const { token = lead.token, orgId, askMs, signal = never } = options;
  const platformUrl = address(platform.url);
  const check = await checkPlatform(
    { id: lead.id, platformUrl, token, ...(orgId !== undefined && { orgId }) },
    { signal, ...(askMs !== undefined && { askMs }) },
  );
  await platform.close();
  return { check, platform, lead };
}

const onEvery = (answer: () => Response | "hang" | "drop") => (platform: LocalPlatform) =>
  void platform.faults.use(answer);

Deno.test("an accepted token: the workspace's name and peers, and nobody registers", async () => {
  const { check, platform, lead } = await checkLead();
  assertEquals(check, { outcome: "accepted", name: "Lead", status: "awaiting_agent", peers: 2 });
  assertEquals(exitCodeOf(check), 0);
  assertEquals(platform.requests.map(({ method }) => method), ["GET", "GET", "GET", "GET"]);
  assertEquals(platform.workspace(lead.id)?.status, "awaiting_agent");
});

Deno.test("the token is not sent before the platform has shown the workspace", async () => {
  const { platform, lead } = await checkLead();
  const shown = platform.requests.filter(({ path }) =>
    path === "/health" || isRecord(path, lead.id)
  );
  assertEquals(shown.length, 2);
  assert(shown.every(({ headers }) => headers["authorization"] === undefined));
  const others = platform.requests.filter((request) => !shown.includes(request));
  assert(others.every(({ headers }) => headers["authorization"] === `Bearer ${lead.token}`));
});

Deno.test("a refused token", async () => {
  const { check } = await checkLead(() => {}, { token: "wrong" });
  assert(check.outcome === "refused");
  assertMatch(
    check.message,
    / refuses the token \(401\): it was revoked, rotated, or is another workspace's\.$/,
  );
  assertEquals(exitCodeOf(check), 3);
});

Deno.test("a token is refused also where peers would let anybody pass", async () => {
  const { check } = await checkLead((platform, lead) => platform.revokeTokens(lead.id));
  assertEquals(check.outcome, "refused");
});

Deno.test("a removed workspace, and one that is not there", async () => {
  const removed = await checkLead((platform, lead) => platform.removeWorkspace(lead.id));
  assertEquals([removed.check.outcome, exitCodeOf(removed.check)], ["removed", 3]);
  await using platform = await startLocalPlatform();
  for (const id of ["3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101", "lead"]) {
    const check = await checkPlatform(
      { id, platformUrl: address(platform.url), token: "tok" },
      { signal: never },
    );
    assertEquals([check.outcome, exitCodeOf(check)], ["absent", 3]);
  }
});

Deno.test("peers that cannot be listed are no reason to refuse a token", async () => {
  const { check } = await checkLead((platform) =>
    void platform.faults.use(({ path }) =>
      path.endsWith("/peers") ? new Response("", { status: 503 }) : undefined
    )
  );
  assertEquals(check, { outcome: "accepted", name: "Lead", status: "awaiting_agent" });
});

Deno.test("a hosted platform that does not let the request in wants the organisation's id", async () => {
  const hidden = (platform: LocalPlatform) =>
    void platform.faults.use(({ path }) =>
      path === "/health" ? undefined : new Response("", { status: 404 })
    );
  const code = { error: "missing tenant routing header", code: "TENANT_ORG_HEADER_REQUIRED" };
  const guarded = onEvery(() => Response.json(code, { status: 400 }));
  for (const arrange of [hidden, guarded]) {
    const { check } = await checkLead(arrange);
    assertEquals([check.outcome, exitCodeOf(check)], ["org_wanted", 1]);
  }
  const { check } = await checkLead(hidden, { orgId: "x" });
  assert(check.outcome === "org_wanted");
  assertMatch(check.message, /is not the id of its organisation/);
});

Deno.test("an outage is not the token's fault", async () => {
  const outages: ((platform: LocalPlatform) => void)[] = [
    (platform) => void platform.faults.database(),
    onEvery(() => new Response("", { status: 502 })),
    onEvery(() => Response.json({ error: "slow down" }, { status: 429 })),
    onEvery(() => "drop"),
  ];
  for (const outage of outages) {
    const { check } = await checkLead(outage);
    assertEquals([check.outcome, exitCodeOf(check)], ["unreachable", 1]);
  }
});

Deno.test("a platform that hangs is given up at the deadline, at any call", async () => {
  const late = { askMs: 300 };
  const first = await checkLead(onEvery(() => "hang"), late);
  const second = await checkLead(
    (platform) =>
      void platform.faults.use(({ path }) => path.endsWith("/activity") ? "hang" : undefined),
    late,
  );
  for (const { check } of [first, second]) {
    assert(check.outcome === "unreachable");
    assertMatch(check.message, /(does not answer|no answer came) in time\.$/);
  }
});

Deno.test("an interrupt ends it", async () => {
  const interrupted = new AbortController();
  const { check } = await checkLead((platform) => {
    void platform.faults.use(() => {
      interrupted.abort();
      return "hang";
    });
  }, { signal: interrupted.signal });
  assertEquals([check.outcome, exitCodeOf(check)], ["cancelled", 1]);
});

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

Deno.test("peers are those that the accepted token sees, not the stale one before it", async () => {
  await using platform = await startLocalPlatform();
  const [lead] = await createTeam(platform);
  if (!lead) throw new Error("No team");
  const tokens = ["stale", lead.token].map((token, at) => ({ label: `place ${at}`, token }));
  const checks = await checkTokens({ id: lead.id, platformUrl: address(platform.url) }, tokens, {
    signal: never,
  });
  assertEquals(checks.map(({ outcome }) => outcome), ["refused", "accepted"]);
  const [, second] = checks;
  assert(second?.outcome === "accepted");
  assertEquals(second.peers, 2);
});
