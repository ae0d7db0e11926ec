import { assert, assertEquals } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { delegate } from "../delegate.ts";
import { pushPeer, startTeam } from "../team.ts";
import { slowAgent } from "./slow_agent.ts";

Deno.test("the canvas shows the delegation while it runs, and the workspace never counts as busy", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using team = await startTeam({ peer: pushPeer(target) });
  const { agent, peer, platform } = team;
  const beat = (task: string | undefined) =>
    platform.nextRequest(({ path, body }) =>
      path.endsWith("/heartbeat") && JSON.parse(body ?? "").current_task === task
    );
  const [begun, ended] = [beat("Delegating to Researcher"), beat(undefined)];
  const call = agent.ok("delegate_task", { workspace_id: peer.id, task: "x" });
  assertEquals(JSON.parse((await begun).body ?? "").active_tasks, 0);
  answer.resolve(textReply("Four boats"));
  await call;
  assertEquals(JSON.parse((await ended).body ?? "").active_tasks, 0);
});

Deno.test("where heartbeats are off, none shows a task", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({
    peer: pushPeer(target),
    env: { MOLECULE_MCP_DISABLE_HEARTBEAT: "1" },
  });
  await delegate(team, "x");
  await team.agent.services.background.idle();
  assert(team.platform.requests.every(({ path }) => !path.endsWith("/heartbeat")));
});
