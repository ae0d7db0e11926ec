import { assertEquals } from "@std/assert";
import { setStage } from "./stage.ts";

Deno.test("the card on the platform is replaced", async () => {
  await using stage = await setStage();
  const card = { name: "Lead", description: "Leads", skills: [{ name: "sailing" }] };
  const { text, structured } = await stage.agent.ok("update_agent_card", { card });
  assertEquals(structured, { success: true, status: "updated" });
  assertEquals(text, JSON.stringify(structured, null, 2));
  assertEquals(stage.platform.workspace(stage.lead.id)?.agentCard, card);
});

Deno.test("a card that is no object is not sent", async () => {
  await using stage = await setStage();
  for (const card of ["Lead", [], 5, true]) {
    assertEquals(
      await stage.agent.error("update_agent_card", { card }),
      "Error: invalid arguments for update_agent_card: card: expected object",
    );
  }
  for (const args of [{}, { card: null }]) {
    assertEquals(await stage.agent.error("update_agent_card", args), "Error: card is required");
  }
  assertEquals(stage.platform.requests.length, 0);
});
