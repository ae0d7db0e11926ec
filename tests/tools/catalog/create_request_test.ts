import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { changes } from "../requests/asked.ts";
import { startTeam } from "../team.ts";
import { fastTimers } from "../timers.ts";

Deno.test("a task for the user is raised as the reference raises it, and says so in its words", async () => {
  await using team = await startTeam();
  const { agent, platform, lead } = team;
  const { text, structured } = await agent.ok("create_request", {
    kind: "task",
    title: "  Review the launch draft ",
    detail: "Needed by Friday",
    priority: "5",
  });
  assertEquals(changes(platform), [[`/workspaces/${lead.id}/requests`, {
    kind: "task",
    recipient_type: "user",
    recipient_id: "",
    title: "Review the launch draft",
    detail: "Needed by Friday",
    priority: 5,
  }]]);
  const [row] = platform.store.requests({ limit: 10 });
  assertEquals([row?.id, row?.status], [structured?.request_id, structured?.status]);
  assert(
    text.startsWith(
      `Raised task request “Review the launch draft” to the user (id ${row?.id}, status pending). ` +
        "It is in the Tasks tab",
    ),
    text,
  );
  assertMatch(text, /You are not blocked: .* decision will come as an inbound message/);
});

Deno.test("a platform that says only the id has raised it, too", async () => {
  await using team = await startTeam();
  team.platform.faults.use(() => Response.json({ request_id: "7\u202e" }, { status: 201 }));
  const { text } = await team.agent.ok("create_request", { kind: "task", title: "x" });
  assertStringIncludes(text, "(id 7, status pending)");
});

Deno.test("an approval is in its own tab; priority and detail are left out when they are not given", async () => {
  await using team = await startTeam();
  const { text } = await team.agent.ok("create_request", { kind: "Approval", title: "Drop it?" });
  assertStringIncludes(text, "Raised approval request");
  assertStringIncludes(text, "Approvals tab");
  assertEquals(changes(team.platform)[0]?.[1], {
    kind: "approval",
    recipient_type: "user",
    recipient_id: "",
    title: "Drop it?",
    detail: "",
  });
});

Deno.test("what is wrong with the arguments is said before anything is raised", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const good = { kind: "task", title: "x" };
  for (
    const [args, told] of [
      [{ kind: "task", title: " \0" }, /^Error: title is required$/],
      [{ kind: "task" }, /^Error: title is required$/],
      [{ kind: "memo", title: "x" }, /^Error: kind must be "task" or "approval"$/],
      [{ ...good, priority: 32768 }, /whole number from -32768 to 32767/],
      [{ ...good, priority: 1.5 }, /whole number/],
      [{ ...good, source_workspace_id: team.peer.id }, /is not a workspace of this agent/],
      [{ ...good, workspace_id: team.peer.id }, /is not a workspace of this agent/],
    ] as const
  ) assertMatch(await agent.error("create_request", args), told);
  assertEquals(platform.requests.length, 0);
});

Deno.test("the extremes of the priority are taken", async () => {
  await using team = await startTeam();
  for (const priority of [-32768, 32767, 0]) {
    await team.agent.ok("create_request", { kind: "task", title: "x", priority });
  }
  const rows = team.platform.store.requests({ limit: 10 });
  assertEquals(rows.map(({ priority }) => priority), [0, 32767, -32768]);
});

Deno.test("the acting workspace may be called as the platform's other client calls it", async () => {
  await using team = await startTeam();
  await team.agent.ok("create_request", { kind: "task", title: "x", workspace_id: team.lead.id });
  assertEquals(team.platform.requests.length, 1);
});

Deno.test("after a cut connection nobody is asked twice, and the agent hears that it may be there", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  platform.faults.after(() => "drop");
  const text = await agent.error("create_request", { kind: "task", title: "x" });
  assertStringIncludes(text, "may have been raised all the same");
  assertStringIncludes(text, "check_requests before");
  assert(!text.includes("Try again"), text);
  assertEquals(platform.store.requests({ limit: 10 }).length, 1);
  assertEquals(platform.requests.length, 1);
});

Deno.test("nor after an internal error, an answer that is none, or none at all", async () => {
  for (
    const outcome of [
      () => Response.json({ error: "failed to create request" }, { status: 500 }),
      () => new Response("<html>"),
      () => "hang" as const,
    ]
  ) {
    await using team = await startTeam();
    using _fast = fastTimers(100);
    team.platform.faults.use(outcome);
    const text = await team.agent.error("create_request", { kind: "task", title: "x" });
    assertStringIncludes(text, "may have been raised all the same");
    assert(!text.includes("Try again"), text);
    assertEquals(team.platform.requests.length, 1);
  }
});

Deno.test("what was certainly not raised is not said to be", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  platform.faults.use(() =>
    Response.json({ error: "rate limit exceeded", retry_after: 7 }, { status: 429 })
  );
  const text = await agent.error("create_request", { kind: "task", title: "x" });
  assertStringIncludes(text, "Try again in 7 s");
  assert(!text.includes("may have been raised"), text);
});

Deno.test("an older platform: one sentence says that it has none, and what to use instead", async () => {
  await using team = await startTeam({ platform: { version: "n2" } });
  const text = await team.agent.error("create_request", { kind: "task", title: "x" });
  assertStringIncludes(text, "has no requests and approvals (404)");
  assertStringIncludes(text, "send_message_to_user or delegate_task");
  assert(!text.includes("\n") && !text.includes("may have been"), text);
  await team.agent.ok("send_message_to_user", { message: "x" });
});

Deno.test("a secret in a request does not reach the platform", async () => {
  await using team = await startTeam();
  const { text } = await team.agent.ok("create_request", {
    kind: "task",
    title: `Use ${team.lead.token}`,
    detail: `It is ${team.lead.token}`,
  });
  assertStringIncludes(text, "the arguments contained a secret");
  const [row] = team.platform.store.requests({ limit: 1 });
  assert(!JSON.stringify(row).includes(team.lead.token));
});
