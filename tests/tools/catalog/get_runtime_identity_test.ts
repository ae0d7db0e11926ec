import { assertEquals, assertMatch } from "@std/assert";
import { versionText } from "../../../src/version.ts";
import { startTeam } from "../team.ts";

Deno.test("what the environment says of the runtime, without a call", async () => {
  await using team = await startTeam({
    env: {
      MODEL: "opus",
      MODEL_PROVIDER: "anthropic",
      MOLECULE_MODEL: "m",
      ANTHROPIC_BASE_URL: "https://example.test",
      TIER: "2",
      ADAPTER_MODULE: "external",
    },
  });
  const { text, structured } = await team.agent.ok("get_runtime_identity");
  assertEquals(text, JSON.stringify(structured, null, 2));
  assertEquals(structured, {
    model: "opus",
    model_provider: "anthropic",
    molecule_model: "m",
    anthropic_base_url: "https://example.test",
    tier: "2",
    workspace_id: team.lead.id,
    runtime: "external",
    workspaces: [{ id: team.lead.id, platform_url: team.platform.url }],
    server: `molecule-mcp ${versionText()}`,
    system: `Deno ${Deno.version.deno}, ${Deno.build.target}`,
  });
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("what is not set is empty, and says why", async () => {
  await using team = await startTeam();
  const { structured } = await team.agent.ok("get_runtime_identity");
  assertEquals([structured?.model, structured?.runtime], ["", ""]);
  assertMatch(String(structured?.note), /is unknown: MCP clients do not say which model/);
});
