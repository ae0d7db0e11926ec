import { assertEquals, assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { pushPeer, startTeam } from "../team.ts";
import { Agent, environment } from "../agent.ts";

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

Deno.test("an invalid id is not put into a URL", async () => {
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
