import { assert, assertEquals } from "@std/assert";
import { setStage } from "../team.ts";

Deno.test("the workspace's own record, as the platform has it", async () => {
  await using stage = await setStage({ lead: { tier: 2, role: "lead" } });
  const { text, structured } = await stage.agent.ok("get_workspace_info");
  assertEquals(text, JSON.stringify(structured, null, 2));
  const { id, name, role, tier, parent_id, status } = structured ?? {};
  assertEquals(
    { id, name, role, tier, parent_id, status },
    {
      id: stage.lead.id,
      name: "Lead",
      role: "lead",
      tier: 2,
      parent_id: null,
      status: "online",
    },
  );
});

Deno.test("a removed workspace learns that it is, and what to do", async () => {
  await using stage = await setStage();
  const { platform, agent, lead } = stage;
  platform.removeWorkspace(lead.id);
  const { structured, isError, text } = await agent.call("get_workspace_info");
  assert(isError);
  assertEquals(text, JSON.stringify(structured, null, 2));
  assertEquals([structured?.error, structured?.id], ["removed", lead.id]);
  assert(typeof structured?.removed_at === "string");
  assertEquals(
    structured.hint,
    "Create a replacement workspace, then its token under Settings → Workspace Tokens",
  );
});

Deno.test("a removal that the platform says little about gets the defaults", async () => {
  await using stage = await setStage();
  for (
    const answer of [
      () => new Response("gone", { status: 410 }),
      () => Response.json({ status: "removed" }),
    ]
  ) {
    const end = stage.platform.faults.use(answer);
    const { structured, isError } = await stage.agent.call("get_workspace_info");
    end();
    assert(isError);
    assertEquals(structured, {
      error: "removed",
      id: stage.lead.id,
      removed_at: null,
      hint: "Regenerate workspace + token from the canvas → Tokens tab",
    });
  }
});

Deno.test("a workspace that the platform does not know is not found", async () => {
  await using stage = await setStage();
  stage.platform.faults.use(() => Response.json({ error: "workspace not found" }, { status: 404 }));
  const { text, structured, isError } = await stage.agent.call("get_workspace_info");
  assertEquals([text, structured, isError], [
    '{"error":"not found"}',
    { error: "not found" },
    true,
  ]);
});

Deno.test("control and direction characters in the record are removed", async () => {
  await using stage = await setStage({ lead: { name: "Le\u202ead\u0000\x1b[2J" } });
  assertEquals((await stage.agent.ok("get_workspace_info")).structured?.name, "Lead[2J");
});
