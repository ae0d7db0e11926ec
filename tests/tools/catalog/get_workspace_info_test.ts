import { assert, assertEquals, assertMatch } from "@std/assert";
import { startTeam } from "../team.ts";

Deno.test("the workspace's own record, as the platform has it", async () => {
  await using team = await startTeam({ lead: { tier: 2, role: "lead" } });
  const { text, structured } = await team.agent.ok("get_workspace_info");
  assertEquals(text, JSON.stringify(structured, null, 2));
  const { id, name, role, tier, parent_id, status } = structured ?? {};
  assertEquals(
    { id, name, role, tier, parent_id, status },
    {
      id: team.lead.id,
      name: "Lead",
      role: "lead",
      tier: 2,
      parent_id: null,
      status: "online",
    },
  );
});

Deno.test("a removed workspace learns that it is, and what to do", async () => {
  await using team = await startTeam();
  const { platform, agent, lead } = team;
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
  await using team = await startTeam();
  for (
    const answer of [
      () => new Response("gone", { status: 410 }),
      () => Response.json({ status: "removed" }),
    ]
  ) {
    const end = team.platform.faults.use(answer);
    const { structured, isError } = await team.agent.call("get_workspace_info");
    end();
    assert(isError);
    assertEquals(structured, {
      error: "removed",
      id: team.lead.id,
      removed_at: null,
      hint: "Regenerate workspace + token from the canvas → Tokens tab",
    });
  }
});

Deno.test("a workspace that the platform does not know is not found", async () => {
  await using team = await startTeam();
  team.platform.faults.use(() => Response.json({ error: "workspace not found" }, { status: 404 }));
  const { text, structured, isError } = await team.agent.call("get_workspace_info");
  assertEquals([text, structured, isError], [
    '{"error":"not found"}',
    { error: "not found" },
    true,
  ]);
});

Deno.test("control and direction characters in the record are removed", async () => {
  await using team = await startTeam({ lead: { name: "Le\u202ead\u0000\x1b[2J" } });
  assertEquals((await team.agent.ok("get_workspace_info")).structured?.name, "Lead[2J");
});

Deno.test("an invalid id is said to be invalid, with what a valid one looks like", async () => {
  await using team = await startTeam({ env: { WORKSPACE_ID: "ws-a" } });
  team.platform.faults.use(() => Response.json({ error: "invalid workspace ID" }, { status: 400 }));
  const { structured, isError, text } = await team.agent.call("get_workspace_info");
  assert(isError);
  assertEquals(text, JSON.stringify(structured));
  assertEquals(structured?.error, "not a workspace id");
  assertMatch(String(structured?.hint), /^ws-a is not a workspace id, which is a UUID such as /);
});
