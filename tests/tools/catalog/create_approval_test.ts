import { assertEquals, assertStringIncludes } from "@std/assert";
import { changes } from "../requests/asked.ts";
import { startTeam } from "../team.ts";

Deno.test("an approval is asked of the user: what is to be done, and why", async () => {
  await using team = await startTeam();
  const { text } = await team.agent.ok("create_approval", {
    action: " Delete the staging bucket ",
    reason: "Cost clean-up",
  });
  assertEquals(changes(team.platform), [[`/workspaces/${team.lead.id}/requests`, {
    kind: "approval",
    recipient_type: "user",
    recipient_id: "",
    title: "Delete the staging bucket",
    detail: "Cost clean-up",
  }]]);
  assertStringIncludes(
    text,
    "Raised approval request “Delete the staging bucket” to the user (id ",
  );
  assertStringIncludes(text, "Approvals tab");
  assertStringIncludes(text, "without what needs the approval");
});

Deno.test("an action is required", async () => {
  await using team = await startTeam();
  assertEquals(
    await team.agent.error("create_approval", { action: " " }),
    "Error: action is required",
  );
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("one approval is raised and the agent told that it may be there when the answer is lost", async () => {
  await using team = await startTeam();
  team.platform.faults.after(() => "drop");
  const text = await team.agent.error("create_approval", { action: "x" });
  assertStringIncludes(text, "may have been raised all the same");
  assertEquals(team.platform.store.requests({ limit: 10 }).length, 1);
});
