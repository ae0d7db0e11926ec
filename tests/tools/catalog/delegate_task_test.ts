import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { closedUrl, startAgent, textReply } from "../../local/agents.ts";
import { pushPeer, startTeam, type Team } from "../team.ts";
import { Agent, environment } from "../agent.ts";

const ADVICE = "You can ask another peer, do the work yourself, or tell the user that this peer " +
  "is not available.";

function delegations(team: Team) {
  return team.platform.requests.filter(({ path }) => /\/(a2a|delegate)$/.test(path));
}

Deno.test("a push-mode peer's answer comes back fenced", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const { text, structured } = await team.agent.ok("delegate_task", {
    workspace_id: team.peer.id,
    task: "Count the boats",
  });
  const answer = "[A2A_RESULT_FROM_PEER]\nFour boats\n[/A2A_RESULT_FROM_PEER]";
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
  await team.agent.error("delegate_task", { workspace_id: team.peer.id, task: "Count" });
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
  await team.agent.ok("delegate_task", { workspace_id: team.peer.id, task: "Count" });
});

Deno.test("without id and task there is nothing to send", async () => {
  await using team = await startTeam();
  const { agent, peer } = team;
  const both = "Error: workspace_id and task are required";
  assertEquals(await agent.error("delegate_task", {}), both);
  assertEquals(await agent.error("delegate_task", { workspace_id: null, task: null }), both);
  assertEquals(await agent.error("delegate_task", { workspace_id: " ", task: "x" }), both);
  assertEquals(await agent.error("delegate_task", { workspace_id: peer.id, task: "\n" }), both);
  assertEquals(
    await agent.error("delegate_task", { workspace_id: peer.id }),
    "Error: task is required",
  );
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("an agent cannot delegate to itself, in whatever letter case", async () => {
  await using team = await startTeam();
  for (const id of [team.lead.id, team.lead.id.toUpperCase(), ` ${team.lead.id} `]) {
    assertStringIncludes(
      await team.agent.error("delegate_task", { workspace_id: id, task: "x" }),
      "Error: cannot delegate_task to your own workspace: it would wait for itself",
    );
  }
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("that holds for an own id that is no UUID", async () => {
  await using team = await startTeam();
  await using agent = await Agent.start(environment(team.platform, { ...team.lead, id: "ws-a" }));
  assertStringIncludes(
    await agent.error("delegate_task", { workspace_id: "WS-A", task: "x" }),
    "to your own workspace",
  );
});

Deno.test("an id that is none is not put into a URL", async () => {
  await using team = await startTeam();
  for (const id of ["Researcher", "../../admin", "a/b?c", "\u0000"]) {
    assertStringIncludes(
      await team.agent.error("delegate_task", { workspace_id: id, task: "x" }),
      "not found or not accessible: workspace_id must be a peer's UUID, as shown by list_peers",
    );
  }
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("a peer's id may be written in upper case", async () => {
  await using target = startAgent(() => textReply("here"));
  await using team = await startTeam({ peer: pushPeer(target) });
  await team.agent.ok("delegate_task", {
    workspace_id: ` ${team.peer.id.toUpperCase()}`,
    task: "x",
  });
});

Deno.test("an unknown and a foreign workspace are not found, a removed one is named, and nothing is sent", async () => {
  await using team = await startTeam();
  const { platform, agent, peer } = team;
  const root = await platform.createWorkspace({ name: "Other root" });
  const foreign = await platform.createWorkspace({ name: "Foreign", parentId: root.id });
  platform.removeWorkspace(peer.id);
  assertMatch(
    await agent.error("delegate_task", { workspace_id: peer.id, task: "x" }),
    /was removed from the platform/,
  );
  for (const id of [crypto.randomUUID(), foreign.id]) {
    assertEquals(
      await agent.error("delegate_task", { workspace_id: id, task: "x" }),
      `Error: workspace ${id} not found or not accessible (check access control)`,
    );
  }
  assertEquals(delegations(team), []);
});

Deno.test("a removed peer is refused by name, in every mode, and nothing is sent", async () => {
  for (const viaQueue of ["0", "1"]) {
    await using team = await startTeam({ env: { DELEGATION_SYNC_VIA_INBOX: viaQueue } });
    const { platform, agent, peer } = team;
    await agent.ok("list_peers");
    platform.faults.use(({ path }) =>
      path.includes("/discover/")
        ? Response.json({ error: "workspace not available", status: "removed" }, { status: 503 })
        : undefined
    );
    for (const tool of ["delegate_task", "delegate_task_async"]) {
      assertEquals(
        await agent.error(tool, { workspace_id: peer.id, task: "x" }),
        `Error: workspace "Researcher" ${peer.id} was removed from the platform: nobody would read ` +
          "the task, so nothing was sent. list_peers shows the peers that exist now",
      );
    }
    assertEquals(delegations(team), []);
  }
});

Deno.test("a peer without an address is named, with what it means", async () => {
  await using team = await startTeam();
  team.platform.faults.use(({ path }) =>
    path.endsWith("/a2a")
      ? Response.json({ error: "workspace has no URL", status: "removed" }, { status: 503 })
      : undefined
  );
  const text = await team.agent.error("delegate_task", { workspace_id: team.peer.id, task: "x" });
  assertStringIncludes(text, "DELEGATION FAILED to Researcher: [A2A_ERROR] ");
  assertStringIncludes(
    text,
    "workspace has no URL. The receiver is not connected and has no inbox",
  );
  assert(!text.includes("may have been delivered"), text);
});

Deno.test("the same task twice are two messages with random ids of their own", async () => {
  await using team = await startTeam();
  for (let i = 0; i < 2; i++) {
    await team.agent.ok("delegate_task", { workspace_id: team.peer.id, task: "Count" });
  }
  const ids = team.platform.requests.filter(({ path }) => path.endsWith("/a2a"))
    .map(({ body }) => JSON.parse(body ?? "").params.message.messageId);
  assertEquals(new Set(ids).size, 2);
  for (const id of ids) assertMatch(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
});

Deno.test("an offline peer is not asked", async () => {
  await using team = await startTeam({ peer: { deliveryMode: "push", status: "offline" } });
  assertEquals(
    await team.agent.error("delegate_task", { workspace_id: team.peer.id, task: "x" }),
    `Error: workspace ${team.peer.id} is offline`,
  );
  assertEquals(delegations(team), []);
});

Deno.test("when the look-up of the peer fails on the platform's side, the proxy decides", async () => {
  await using target = startAgent(() => textReply("here"));
  await using team = await startTeam({ peer: pushPeer(target) });
  team.platform.faults.use(({ path }) =>
    path.startsWith("/registry/discover/")
      ? Response.json({ error: "lookup failed" }, { status: 500 })
      : undefined
  );
  await team.agent.ok("delegate_task", { workspace_id: team.peer.id, task: "x" });
  // Nothing told its name: the start of the id stands in.
  team.platform.faults.use(({ path }) => path.endsWith("/a2a") ? "drop" : undefined);
  assertStringIncludes(
    await team.agent.error("delegate_task", { workspace_id: team.peer.id, task: "x" }),
    `DELEGATION FAILED to ${team.peer.id.slice(0, 8)}: [A2A_ERROR] `,
  );
});

Deno.test("a name that the look-up leaves out is the one that was listed", async () => {
  await using team = await startTeam();
  const { platform, agent, peer } = team;
  await agent.ok("list_peers");
  platform.faults.use(({ path }) =>
    path.startsWith("/registry/discover/") ? Response.json({ id: peer.id, url: "" }) : undefined
  );
  const { text } = await agent.ok("delegate_task", { workspace_id: peer.id, task: "x" });
  assertStringIncludes(text, "Delivered to Researcher's inbox.");
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
    await team.agent.error("delegate_task", { workspace_id: team.peer.id, task: "x" }),
    /cause=attempts_exhausted attempts=1\/1 elapsed=[\d.]+s budget=20s read_timeout=10s/,
  );
});
