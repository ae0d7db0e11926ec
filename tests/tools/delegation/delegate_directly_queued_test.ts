import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { pushPeer, startTeam } from "../team.ts";

Deno.test("a poll-mode peer gets the task once and answers with a separate message", async () => {
  await using team = await startTeam();
  const { platform, agent, peer } = team;
  const { text, structured } = await agent.ok("delegate_task", {
    workspace_id: peer.id,
    task: "Count the boats",
  });
  assertStringIncludes(text, "Delivered to Researcher's inbox.");
  assertStringIncludes(text, "call wait_for_message for it. Do not send the task again.");
  assertEquals(structured, { status: "queued", note: text });
  const inbox = platform.activity(peer.id);
  assertEquals(inbox.map(({ method, sourceId }) => [method, sourceId]), [
    ["message/send", team.lead.id],
  ]);
  // No second delivery through /delegate.
  assert(platform.requests.every(({ path }) => !path.endsWith("/delegate")));
});

Deno.test("a busy push-mode peer has the task in its queue: delivered, not failed", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const { platform, agent, peer } = team;
  platform.store.updateWorkspace(peer.id, { activeTasks: 1 });
  const { text, structured } = await agent.ok("delegate_task", {
    workspace_id: peer.id,
    task: "Count the boats",
  });
  assertStringIncludes(text, "Researcher is busy; the platform has queued the task");
  assertStringIncludes(text, "Do not send it again");
  assertEquals(structured?.status, "queued");
  assertEquals(platform.store.queuedFor(peer.id).length, 1);
  assertEquals(target.received, []);
});

Deno.test("the newer platform's queued answers are not answers of the peer", async () => {
  await using team = await startTeam();
  const { platform, agent, peer } = team;
  for (
    const [body, expected] of [
      [
        { status: "queued", delivery_mode: "push-async", method: "message/send" },
        "The platform has accepted the task for Researcher and will deliver it later.",
      ],
      [
        { status: "queued", queued: true, queue_id: crypto.randomUUID(), queue_depth: 3 },
        "Researcher is busy; the platform has queued the task",
      ],
    ] as const
  ) {
    const end = platform.faults.use(({ path }) =>
      path.endsWith("/a2a") ? Response.json(body) : undefined
    );
    platform.clearRequests();
    const { text, structured } = await agent.ok("delegate_task", {
      workspace_id: peer.id,
      task: "x",
    });
    end();
    assertStringIncludes(text, expected);
    assertEquals(structured?.status, "queued");
    assertEquals(platform.requests.filter(({ path }) => path.endsWith("/a2a")).length, 1);
  }
});
