import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { closedUrl, startAgent, textReply } from "../../local/agents.ts";
import { delegate, delegateError, fenced } from "../delegate.ts";
import { pushPeer, startTeam } from "../team.ts";

const ADVICE = "You can ask another peer, do the work yourself, or tell the user that this peer " +
  "is not available.";

Deno.test("a push-mode peer's answer comes back fenced", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const { text, structured } = await delegate(team);
  const answer = fenced("Four boats");
  assertEquals(text, answer);
  assertEquals(structured, { status: "answered", answer });
  const [call] = target.received;
  assertMatch(JSON.stringify(call?.body), /"parts":\[\{"kind":"text","text":"Count the boats"\}\]/);
});

Deno.test("the delegation and its outcome show on the canvas, as the workspace that delegates", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const { platform, lead, peer } = team;
  const reports = ["a2a_send", "a2a_receive"].map((type) =>
    platform.nextRequest(({ body }) => body?.includes(type) ?? false)
  );
  await team.agent.ok("delegate_task", { workspace_id: peer.id, task: "Count" });
  for (const report of reports) await (await report).answered;
  const rows = platform.activity(lead.id);
  assertEquals(
    rows.map(({ activityType, summary, status }) => [activityType, summary, status]).sort(),
    [
      ["a2a_receive", "Researcher responded (10 chars)", "ok"],
      ["a2a_send", "Delegating to Researcher", "ok"],
    ],
  );
  assert(rows.every(({ sourceId, targetId }) => sourceId === lead.id && targetId === peer.id));
});

Deno.test("a failed delegation shows on the canvas too", async () => {
  await using target = startAgent(() => textReply("Agent error: out of coffee"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const reported = team.platform.nextRequest(({ body }) => body?.includes("failed:") ?? false);
  await delegateError(team, "Count");
  const { body } = await reported;
  assertStringIncludes(
    body ?? "",
    '"summary":"Researcher failed: the peer reports an error: Agent error: out of coffee"',
  );
  assertStringIncludes(body ?? "", '"status":"error"');
});

Deno.test("a report that the platform does not take leaves the delegation unharmed", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({ peer: pushPeer(target) });
  team.platform.faults.use(({ path }) => path.endsWith("/activity") ? "drop" : undefined);
  await delegate(team, "Count");
});

Deno.test("a peer without an address is named, with what it means", async () => {
  await using team = await startTeam();
  team.platform.faults.use(({ path }) =>
    path.endsWith("/a2a")
      ? Response.json({ error: "workspace has no URL", status: "removed" }, { status: 503 })
      : undefined
  );
  const text = await delegateError(team, "x");
  assertStringIncludes(text, "DELEGATION FAILED to Researcher: [A2A_ERROR] ");
  assertStringIncludes(
    text,
    "workspace has no URL. The receiver is not connected and has no inbox",
  );
  assert(!text.includes("may have been delivered"), text);
});

Deno.test("the same task sent twice makes two messages, each with its own random id", async () => {
  await using team = await startTeam();
  for (let i = 0; i < 2; i++) {
    await delegate(team, "Count");
  }
  const ids = team.platform.requests.filter(({ path }) => path.endsWith("/a2a"))
    .map(({ body }) => JSON.parse(body ?? "").params.message.messageId);
  assertEquals(new Set(ids).size, 2);
  for (const id of ids) assertMatch(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
});

Deno.test("a failure names the peer, the reason and what to do instead", async () => {
  await using team = await startTeam({
    peer: { deliveryMode: "push", url: closedUrl() },
    env: { A2A_DELEGATE_MAX_ATTEMPTS: "1" },
  });
  const { platform, peer, agent } = team;
  const { text, structured } = await agent.call("delegate_task", {
    workspace_id: peer.id,
    task: "x",
  });
  assertStringIncludes(
    text,
    `DELEGATION FAILED to Researcher: [A2A_ERROR] ${platform.url} answered 502: ` +
      "failed to reach workspace agent (cause=attempts_exhausted",
  );
  assert(text.endsWith(`\n${ADVICE}`), text);
  assert(!text.includes("may have been delivered"), text);
  assertEquals(structured, { status: "failed", note: text });
});

Deno.test("the machine-readable causes of the reference are kept", async () => {
  await using team = await startTeam();
  const { platform, agent, peer } = team;
  for (
    const [status, body, expected] of [
      [429, { error: "slow down", retry_after: 7 }, "(cause=upstream_rate_limited retry_after=7)"],
      [429, { error: "slow down" }, "(cause=upstream_rate_limited retry_after=?)"],
      [504, { error: "timeout" }, "(cause=upstream_timeout)"],
      [500, { error: "lookup failed" }, "(status=500 cause=upstream_error)"],
    ] as const
  ) {
    const end = platform.faults.use(({ path }) =>
      path.endsWith("/a2a") ? Response.json(body, { status }) : undefined
    );
    const text = await agent.error("delegate_task", { workspace_id: peer.id, task: "x" });
    end();
    assertStringIncludes(text, expected);
    assertEquals(text.includes("may have been delivered"), status >= 500, text);
  }
});

Deno.test("A2A_DELEGATE_… set attempts and budgets", async () => {
  await using team = await startTeam({
    peer: { deliveryMode: "push", url: closedUrl() },
    env: {
      A2A_DELEGATE_TOTAL_BUDGET: "20",
      A2A_DELEGATE_READ_TIMEOUT: "10",
      A2A_DELEGATE_MAX_ATTEMPTS: "1",
    },
  });
  assertMatch(
    await delegateError(team, "x"),
    /cause=attempts_exhausted attempts=1\/1 elapsed=[\d.]+s budget=20s read_timeout=10s/,
  );
});
