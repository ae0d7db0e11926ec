import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  checkPlatform,
  checkTokens,
  exitCodeOf,
} from "../../../src/commands/probe/check_platform.ts";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam } from "../../../src/local/team.ts";
import { address, checkLead, isRecord, never, onEvery } from "./check_lead.ts";

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
