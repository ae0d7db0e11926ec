import { assertEquals } from "@std/assert";
import { ServerProcess } from "./server_process.ts";
import { testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

const CARD = { name: "Tide tables", description: "Knows the sea", skills: [{ name: "tides" }] };

processTest("a second process does not put a plain card over the one that was given", async () => {
  await using team = await testTeam();
  const { platform, id, env } = team;
  const card = () => platform.workspace(id)?.agentCard;
  const registered = () =>
    platform.nextRequest(({ path }) => path === "/registry/register").then((r) => r.answered);
  const own = registered();
  await using first = await ServerProcess.start(env);
  await own;
  await first.call("update_agent_card", { card: CARD });
  assertEquals(card(), CARD);
  {
    const done = registered();
    await using _second = await ServerProcess.start(env);
    await done;
    assertEquals(card(), CARD);
  }
  const done = registered();
  await using _third = await ServerProcess.start({ ...env, MOLECULE_AGENT_NAME: "Harbour Clerk" });
  await done;
  assertEquals(card(), { name: "Harbour Clerk", description: "Harbour Clerk", skills: [] });
});
