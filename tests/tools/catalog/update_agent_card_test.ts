import { assertEquals, assertMatch } from "@std/assert";
import { startTeam } from "../team.ts";

Deno.test("the card on the platform is replaced", async () => {
  await using team = await startTeam();
  const card = { name: "Lead", description: "Leads", skills: [{ name: "sailing" }] };
  const { text, structured } = await team.agent.ok("update_agent_card", { card });
  assertEquals(structured, { success: true, status: "updated" });
  assertEquals(text, JSON.stringify(structured, null, 2));
  assertEquals(team.platform.workspace(team.lead.id)?.agentCard, card);
});

Deno.test("a card that is not an object is not sent", async () => {
  await using team = await startTeam();
  for (const card of ["Lead", [], "[1]", 5, true]) {
    assertEquals(
      await team.agent.error("update_agent_card", { card }),
      "Error: invalid arguments for update_agent_card: card: expected object",
    );
  }
  for (const args of [{}, { card: null }]) {
    assertEquals(await team.agent.error("update_agent_card", args), "Error: card is required");
  }
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("a card that was written as a string is read", async () => {
  await using team = await startTeam();
  const card = { name: "Lead", skills: [{ name: "sailing", tags: ["sea"] }], version: "2" };
  await team.agent.ok("update_agent_card", { card: JSON.stringify(card) });
  assertEquals(team.platform.workspace(team.lead.id)?.agentCard, card);
});

Deno.test("an empty card, which would wipe the agent's, is not sent", async () => {
  await using team = await startTeam();
  for (const card of [{}, { name: " " }, { skills: [] }, { name: "", skills: [{}] }, "{}"]) {
    assertMatch(await team.agent.error("update_agent_card", { card }), /the new card is empty/);
  }
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("null says nothing of a card, any other value does", async () => {
  await using team = await startTeam();
  const nothing = { capabilities: { streaming: null } };
  assertMatch(await team.agent.error("update_agent_card", { card: nothing }), /card is empty/);
  for (const streaming of [false, 0]) {
    await team.agent.ok("update_agent_card", { card: { capabilities: { streaming } } });
  }
});

Deno.test("a field of the card of another type is refused by name", async () => {
  await using team = await startTeam();
  assertEquals(
    await team.agent.error("update_agent_card", { card: { name: 5, skills: ["sailing"] } }),
    "Error: invalid arguments for update_agent_card: card.name: expected string; " +
      "card.skills.0: expected object",
  );
});
