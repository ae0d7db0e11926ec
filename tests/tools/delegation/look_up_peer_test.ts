import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { delegate, delegateError } from "../delegate.ts";
import { pushPeer, startTeam, type Team } from "../team.ts";

function delegations(team: Team) {
  return team.platform.requests.filter(({ path }) => /\/(a2a|delegate)$/.test(path));
}

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

Deno.test("an offline peer is not asked", async () => {
  await using team = await startTeam({ peer: { deliveryMode: "push", status: "offline" } });
  assertEquals(
    await delegateError(team, "x"),
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
  await delegate(team, "x");
  // Nothing told its name: the start of the id stands in.
  team.platform.faults.use(({ path }) => path.endsWith("/a2a") ? "drop" : undefined);
  assertStringIncludes(
    await delegateError(team, "x"),
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

Deno.test("a look-up that fails hinders no task that is only handed over, and is in the log", async () => {
  await using team = await startTeam();
  const { agent, peer, platform } = team;
  platform.faults.use(({ path }) =>
    path.includes("/discover/") ? Response.json({ error: "x" }, { status: 500 }) : undefined
  );
  await agent.ok("delegate_task_async", { workspace_id: peer.id, task: "x" });
  assertEquals(delegations(team).length, 1);
  assertMatch(agent.lines.join("\n"), new RegExp(`Cannot look up ${peer.id}: .*500`));
});
