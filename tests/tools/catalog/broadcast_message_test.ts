import { assert, assertEquals } from "@std/assert";
import { startTeam } from "../team.ts";

Deno.test("every other workspace gets the message, and their number is reported", async () => {
  await using team = await startTeam({ lead: { abilities: { broadcast: true } } });
  const { agent, platform, peer, lead } = team;
  await platform.createWorkspace({ name: "Third", parentId: lead.id });
  await platform.createWorkspace({ name: "Of another organisation" });
  const { text, structured } = await agent.ok("broadcast_message", { message: "Storm ahead" });
  assertEquals(text, "Broadcast sent to 2 workspace(s)");
  assertEquals(structured, { sent: true, delivered: 2 });
  assertEquals(platform.activity(peer.id).map(({ method }) => method), ["broadcast"]);
});

Deno.test("a platform that does not count is taken at its word", async () => {
  await using team = await startTeam();
  team.platform.faults.use(() => Response.json({ status: "sent" }));
  const { text, structured } = await team.agent.ok("broadcast_message", { message: "x" });
  assertEquals([text, structured], ["Broadcast sent to ? workspace(s)", { sent: true }]);
});

Deno.test("without the ability the platform's hint is passed on", async () => {
  await using team = await startTeam();
  assertEquals(
    await team.agent.error("broadcast_message", { message: "x" }),
    "Error: broadcast ability not enabled for this workspace. " +
      "Ask an admin to enable the broadcast ability of this workspace on the canvas.",
  );
  const end = team.platform.faults.use(() =>
    Response.json({ error: "no", hint: "ask\u202e\x1b[2J Bob" }, { status: 403 })
  );
  assertEquals(
    await team.agent.error("broadcast_message", { message: "x" }),
    "Error: broadcast ability not enabled for this workspace. ask[2J Bob",
  );
  end();
  team.platform.faults.use(() => Response.json({ error: "no" }, { status: 403 }));
  assertEquals(
    await team.agent.error("broadcast_message", { message: "x" }),
    "Error: broadcast ability not enabled for this workspace. Ask an administrator to enable it.",
  );
});

Deno.test("a blank message is not sent", async () => {
  await using team = await startTeam();
  for (const args of [{}, { message: "" }, { message: " \n" }]) {
    assertEquals(await team.agent.error("broadcast_message", args), "Error: message is required");
  }
  assert(team.platform.requests.length === 0);
});
