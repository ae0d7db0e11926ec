import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startTeam, type Team } from "../team.ts";

function stored({ platform }: Team) {
  return platform.store.memories().map(({ content, scope }) => [content, scope]);
}

Deno.test("a fact is stored, private unless said otherwise", async () => {
  await using team = await startTeam();
  const { text, structured } = await team.agent.ok("commit_memory", {
    content: "  The tide turns at 06:12.\n",
  });
  assertEquals(JSON.parse(text), structured);
  const [memory] = team.platform.store.memories();
  assertEquals(structured, { success: true, id: memory?.id, scope: "LOCAL" });
  assertEquals(stored(team), [["The tide turns at 06:12.", "LOCAL"]]);
  const body = JSON.parse(team.platform.requests[0]?.body ?? "");
  assertEquals(body.workspace_id, team.lead.id);
});

Deno.test("a scope may be written in any case; left out it is private", async () => {
  await using team = await startTeam();
  for (const scope of ["team", " TEAM ", "", null]) {
    await team.agent.ok("commit_memory", { content: "x", scope });
  }
  assertEquals(stored(team).map(([, scope]) => scope).reverse(), [
    "TEAM",
    "TEAM",
    "LOCAL",
    "LOCAL",
  ]);
});

Deno.test("an invalid scope is refused, as by recall_memory", async () => {
  await using team = await startTeam();
  for (const scope of ["everyone", "LOCAL,TEAM"]) {
    assertEquals(
      await team.agent.error("commit_memory", { content: "x", scope }),
      "Error: scope must be LOCAL, TEAM or GLOBAL; if it is left out, it means LOCAL",
    );
  }
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("every call appends", async () => {
  await using team = await startTeam();
  await team.agent.ok("commit_memory", { content: "x" });
  await team.agent.ok("commit_memory", { content: "x" });
  assertEquals(stored(team).length, 2);
});

Deno.test("whether a workspace may write for everyone is the platform's decision", async () => {
  for (const options of [{}, { env: { WORKSPACE_TIER: "3" } }, { policy: "tier: 2" }]) {
    await using root = await startTeam(options);
    await root.agent.ok("commit_memory", { content: "x", scope: "global" });
    assertEquals(stored(root), [["x", "GLOBAL"]]);
  }
});

Deno.test("the platform's refusal is passed on", async () => {
  await using team = await startTeam({ env: { WORKSPACE_TIER: "0" } });
  const boss = await team.platform.createWorkspace({ name: "Boss" });
  team.platform.store.updateWorkspace(team.lead.id, { parentId: boss.id });
  assertStringIncludes(
    await team.agent.error("commit_memory", { content: "x", scope: "GLOBAL" }),
    "answered 403: only root workspaces can write GLOBAL memories. The platform does not let this " +
      "workspace write in that scope: use TEAM or LOCAL",
  );
});

Deno.test("secrets are masked before anything leaves the process", async () => {
  await using team = await startTeam();
  const key = "sk-abcdefghijklmnopqrstuvwx";
  await team.agent.ok("commit_memory", { content: `The key is ${key}.` });
  assertEquals(stored(team), [["The key is [REDACTED].", "LOCAL"]]);
  assert(!team.platform.requests[0]?.body?.includes(key));
});

Deno.test("a blank fact is not stored", async () => {
  await using team = await startTeam();
  for (const args of [{}, { content: "" }, { content: " \n" }]) {
    assertEquals(await team.agent.error("commit_memory", args), "Error: content is required");
  }
  assertEquals(team.platform.requests.length, 0);
});
