import { assertEquals } from "@std/assert";
import { parseSettings } from "../../src/config/settings.ts";
import { agentCard } from "../../src/presence/agent_card.ts";

const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";

/** The card that these variables make. */
async function cardOf(variables: Record<string, string>) {
  const dir = await Deno.makeTempDir();
  const all: Record<string, string> = {
    WORKSPACE_ID: ID,
    PLATFORM_URL: "https://acme.example",
    MOLECULE_WORKSPACE_TOKEN: "tok",
    CONFIGS_DIR: dir,
    ...variables,
  };
  try {
    const result = await parseSettings((name) => all[name]);
    if ("settings" in result) return agentCard(result.settings, ID);
    throw new Error("Expected settings, got problems");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("without settings the card has a name made of the id, and no skills", async () => {
  const card = await cardOf({});
  assertEquals(card, { name: "molecule-mcp-3f6b1c58", skills: [] });
  assertEquals(Object.keys(card), ["name", "skills"]);
});

Deno.test("blank settings are none", async () => {
  const blank = { MOLECULE_AGENT_NAME: " ", MOLECULE_AGENT_DESCRIPTION: "" };
  assertEquals(Object.keys(await cardOf(blank)), ["name", "skills"]);
  assertEquals((await cardOf(blank)).name, "molecule-mcp-3f6b1c58");
});

Deno.test("name, description and skills come from the environment", async () => {
  assertEquals(
    await cardOf({
      MOLECULE_AGENT_NAME: "Ada",
      MOLECULE_AGENT_DESCRIPTION: "Counts things",
      MOLECULE_AGENT_SKILLS: "maths, ,machines",
    }),
    {
      name: "Ada",
      description: "Counts things",
      skills: [{ name: "maths" }, { name: "machines" }],
    },
  );
});
