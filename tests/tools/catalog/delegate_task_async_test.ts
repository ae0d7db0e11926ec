import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { pushPeer, startTeam } from "../team.ts";

Deno.test("a delegation is accepted at once, with an id to ask for", async () => {
  await using team = await startTeam();
  const { agent, peer } = team;
  const { text, structured } = await agent.ok("delegate_task_async", {
    workspace_id: peer.id,
    task: "Count the boats",
  });
  assertEquals(JSON.parse(text), structured);
  const id = String(structured?.delegation_id);
  assertMatch(id, /^[0-9a-f-]{36}$/);
  assertEquals(structured, {
    delegation_id: id,
    workspace_id: peer.id,
    status: "delegated",
    note: "The task runs in the background. " +
      `Poll with check_task_status(workspace_id="${peer.id}", task_id="${id}").`,
  });
});

Deno.test("the same task for the same peer is one delegation; another task is another", async () => {
  await using target = startAgent(() => textReply("done"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const { agent, peer, platform } = team;
  const delegate = async (task: string) =>
    (await agent.ok("delegate_task_async", { workspace_id: peer.id, task })).structured;
  const first = await delegate("Count the boats");
  await platform.idle();
  const again = await delegate("Count the boats");
  assertEquals(again?.delegation_id, first?.delegation_id);
  assertEquals(again?.status, "completed");
  assertEquals([again?.repeated, first?.repeated], [true, undefined]);
  assertStringIncludes(
    String(again?.note),
    "This exact task was delegated before (less than a minute ago; state: completed). This is that " +
      "delegation; nothing new was sent. To have the task done again, change its wording",
  );
  assertNotEquals((await delegate("Count the buoys"))?.delegation_id, first?.delegation_id);
  await platform.idle();
  assertEquals(target.received.length, 2);
});

Deno.test("the key that makes it one delegation is the reference's, source included", async () => {
  await using team = await startTeam();
  const { agent, peer, lead, platform } = team;
  await agent.ok("delegate_task_async", { workspace_id: peer.id, task: "Zähle" });
  const sent = platform.requests.find(({ path }) => path.endsWith("/delegate"));
  const body = JSON.parse(sent?.body ?? "");
  const text = new TextEncoder().encode(`${lead.id}:${peer.id}:Zähle`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).toHex();
  assertEquals(body, {
    target_id: peer.id,
    task: "Zähle",
    idempotency_key: digest.slice(0, 32),
  });
});

Deno.test("a warning of the platform is passed on, without what cannot be seen", async () => {
  await using team = await startTeam();
  const { agent, peer, platform } = team;
  platform.faults.use(({ path }) =>
    path.endsWith("/delegate")
      ? Response.json({
        delegation_id: "d\u202e-1",
        status: "delegated\x1b",
        warning: "delegation dispatched\u200b but status tracking unavailable",
      }, { status: 202 })
      : undefined
  );
  const { structured } = await agent.ok("delegate_task_async", {
    workspace_id: peer.id,
    task: "x",
  });
  assertEquals([structured?.delegation_id, structured?.status], ["d-1", "delegated"]);
  assertStringIncludes(
    String(structured?.note),
    " Platform: delegation dispatched but status tracking unavailable.",
  );
});

Deno.test("what cannot be delegated is refused before anything is sent", async () => {
  await using team = await startTeam();
  const { agent, lead, peer, platform } = team;
  const tool = "delegate_task_async";
  const both = "Error: workspace_id and task are required";
  assertEquals(await agent.error(tool, {}), both);
  assertEquals(await agent.error(tool, { workspace_id: "", task: "x" }), both);
  assertEquals(await agent.error(tool, { workspace_id: peer.id, task: "" }), both);
  assertStringIncludes(
    await agent.error(tool, { workspace_id: lead.id.toUpperCase(), task: "x" }),
    "Error: cannot delegate_task_async to your own workspace",
  );
  assertStringIncludes(
    await agent.error(tool, { workspace_id: "Researcher", task: "x" }),
    "must be a peer's UUID",
  );
  assertEquals(platform.requests.length, 0);
});
