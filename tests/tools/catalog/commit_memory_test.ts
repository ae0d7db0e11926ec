import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { setStage, type Stage } from "../team.ts";

function stored({ platform }: Stage) {
  return platform.store.memories().map(({ content, scope }) => [content, scope]);
}

Deno.test("a fact is stored, private unless said otherwise", async () => {
  await using stage = await setStage();
  const { text, structured } = await stage.agent.ok("commit_memory", {
    content: "  The tide turns at 06:12.\n",
  });
  assertEquals(JSON.parse(text), structured);
  const [memory] = stage.platform.store.memories();
  assertEquals(structured, { success: true, id: memory?.id, scope: "LOCAL" });
  assertEquals(stored(stage), [["The tide turns at 06:12.", "LOCAL"]]);
  const body = JSON.parse(stage.platform.requests[0]?.body ?? "");
  assertEquals(body.workspace_id, stage.lead.id);
});

Deno.test("a scope may be written in any case; left out it is private", async () => {
  await using stage = await setStage();
  for (const scope of ["team", " TEAM ", "", null]) {
    await stage.agent.ok("commit_memory", { content: "x", scope });
  }
  assertEquals(stored(stage).map(([, scope]) => scope).reverse(), [
    "TEAM",
    "TEAM",
    "LOCAL",
    "LOCAL",
  ]);
});

Deno.test("a scope that is none is refused, as recall_memory does", async () => {
  await using stage = await setStage();
  for (const scope of ["everyone", "LOCAL,TEAM"]) {
    assertEquals(
      await stage.agent.error("commit_memory", { content: "x", scope }),
      "Error: scope must be LOCAL, TEAM or GLOBAL; left out it is LOCAL",
    );
  }
  assertEquals(stage.platform.requests.length, 0);
});

Deno.test("every call appends", async () => {
  await using stage = await setStage();
  await stage.agent.ok("commit_memory", { content: "x" });
  await stage.agent.ok("commit_memory", { content: "x" });
  assertEquals(stored(stage).length, 2);
});

Deno.test("whether a workspace may write for everyone is the platform's decision", async () => {
  for (const options of [{}, { env: { WORKSPACE_TIER: "3" } }, { policy: "tier: 2" }]) {
    await using root = await setStage(options);
    await root.agent.ok("commit_memory", { content: "x", scope: "global" });
    assertEquals(stored(root), [["x", "GLOBAL"]]);
  }
});

Deno.test("the platform's refusal is passed on", async () => {
  await using stage = await setStage({ env: { WORKSPACE_TIER: "0" } });
  const boss = await stage.platform.createWorkspace({ name: "Boss" });
  stage.platform.store.updateWorkspace(stage.lead.id, { parentId: boss.id });
  assertStringIncludes(
    await stage.agent.error("commit_memory", { content: "x", scope: "GLOBAL" }),
    "answered 403: only root workspaces can write GLOBAL memories. The platform does not let this " +
      "workspace write in that scope: use TEAM or LOCAL",
  );
});

Deno.test("secrets are masked before anything leaves the process", async () => {
  await using stage = await setStage();
  const key = "sk-abcdefghijklmnopqrstuvwx";
  await stage.agent.ok("commit_memory", { content: `The key is ${key}.` });
  assertEquals(stored(stage), [["The key is [REDACTED].", "LOCAL"]]);
  assert(!stage.platform.requests[0]?.body?.includes(key));
});

Deno.test("a blank fact is not stored", async () => {
  await using stage = await setStage();
  for (const args of [{}, { content: "" }, { content: " \n" }]) {
    assertEquals(await stage.agent.error("commit_memory", args), "Error: content is required");
  }
  assertEquals(stage.platform.requests.length, 0);
});
