import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../local/agents.ts";
import { startTeam } from "./team.ts";
import { requestsBySpeaker, startTenants, type Tenant } from "./tenants.ts";

function line({ own, peer }: Tenant, name: string): string {
  return `- Peer of ${name} (ID: ${peer.id}, status: online, role: crew, ` +
    `via: ${own.id.slice(0, 8)})`;
}

Deno.test("the peers of all workspaces are listed with their origin", async () => {
  await using all = await startTenants();
  const [one, two, three] = all.tenants;
  const { text, structured } = await all.agent.ok("list_peers");
  assertEquals(text, [line(one, "One"), line(two, "Two"), line(three, "Three")].join("\n"));
  const peers = structured?.peers as Record<string, string>[];
  assertEquals(peers.map(({ via }) => via), all.tenants.map(({ own }) => own.id.slice(0, 8)));
  assertEquals(requestsBySpeaker(all).length, 3);
});

Deno.test("the peers of one named workspace are listed without it", async () => {
  await using all = await startTenants();
  const [, , three] = all.tenants;
  const { text } = await all.agent.ok("list_peers", { source_workspace_id: three.own.id });
  assertEquals(text, line(three, "Three").replace(/, via: .*\)/, ")"));
  assertEquals(requestsBySpeaker(all).map(({ tenant }) => tenant), [three]);
});

Deno.test("a peer is reached through the workspace that sees it, without naming that", async () => {
  await using all = await startTenants();
  const { agent, tenants } = all;
  await agent.ok("list_peers");
  requestsBySpeaker(all);
  for (const tenant of tenants) {
    const { peer, own } = tenant;
    const reported = tenant.platform.nextRequest(({ path }) => path.endsWith("/activity"));
    await agent.ok("delegate_task", { workspace_id: peer.id.toUpperCase(), task: "x" });
    // Also what is only for the canvas (case 412).
    await (await reported).answered;
    const { structured, text } = await agent.ok("delegate_task_async", {
      workspace_id: peer.id,
      task: "y",
    });
    assertStringIncludes(text, `source_workspace_id=\\"${own.id}\\"`);
    const { structured: status } = await agent.ok("check_task_status", {
      workspace_id: peer.id,
      task_id: String(structured?.delegation_id),
    });
    assertEquals(status?.target_id, peer.id);
    await agent.ok("chat_history", { peer_id: peer.id });
    const requests = requestsBySpeaker(all);
    // Two look-ups, two delegations, two beats that show the task, its report, status and history.
    assertEquals(requests.length, 9);
    for (const { tenant: speaker } of requests) assert(speaker === tenant);
    assertEquals(
      tenant.platform.activity(peer.id).map(({ sourceId }) => sourceId),
      [own.id, own.id],
    );
  }
});

Deno.test("a named source beats what was learnt", async () => {
  await using all = await startTenants();
  const [one, two] = all.tenants;
  await all.agent.ok("list_peers");
  requestsBySpeaker(all);
  await all.agent.ok("chat_history", {
    peer_id: one.peer.id,
    source_workspace_id: two.own.id,
  });
  assertEquals(requestsBySpeaker(all).map(({ tenant }) => tenant), [two]);
});

Deno.test("before anything was learnt the primary asks, and the error says where to look", async () => {
  await using all = await startTenants();
  const [one, , three] = all.tenants;
  assertEquals(
    await all.agent.error("delegate_task", { workspace_id: three.peer.id, task: "x" }),
    `Error: workspace ${three.peer.id} not found or not accessible (check access control). ` +
      "list_peers shows which of your workspaces can see it",
  );
  assertEquals(requestsBySpeaker(all).map(({ tenant }) => tenant), [one]);
});

Deno.test("the answer that comes late is fetched by the call that is proposed", async () => {
  const answer = Promise.withResolvers<Response>();
  await using target = startAgent(() => answer.promise);
  await using all = await startTenants({ timing: { maxWaitMs: 30 } });
  const [, , three] = all.tenants;
  three.platform.store.updateWorkspace(three.peer.id, { deliveryMode: "push", url: target.url });
  const { text, structured } = await all.agent.ok("delegate_task", {
    workspace_id: three.peer.id,
    task: "x",
    source_workspace_id: three.own.id,
  });
  const id = String(structured?.delegation_id);
  assertStringIncludes(
    text,
    `check_task_status(workspace_id="${three.peer.id}", task_id="${id}", ` +
      `source_workspace_id="${three.own.id}")`,
  );
  const { structured: status } = await all.agent.ok("check_task_status", {
    task_id: id,
    source_workspace_id: three.own.id,
  });
  assertEquals(status?.status, "in_progress");
  answer.resolve(textReply("late"));
});

Deno.test("a source that fails is named although others answered", async () => {
  await using all = await startTenants();
  const [one, two, three] = all.tenants;
  await three.platform.close();
  const { text, structured } = await all.agent.ok("list_peers");
  assert(text.startsWith(`${line(one, "One")}\n${line(two, "Two")}\nNot listed: `), text);
  assertStringIncludes(text, `[${three.own.id.slice(0, 8)}] Cannot reach ${three.platform.url}`);
  assertEquals((structured?.problems as string[]).length, 1);
});

Deno.test("a source that fails is named before the others' lack of peers", async () => {
  await using all = await startTenants();
  const [one, two, three] = all.tenants;
  await three.platform.close();
  for (const { platform } of [one, two]) {
    platform.faults.use(({ path }) => path.endsWith("/peers") ? Response.json([]) : undefined);
  }
  const { text } = await all.agent.ok("list_peers");
  assert(text.startsWith(`Not listed: [${three.own.id.slice(0, 8)}] Cannot reach `), text);
  assert(text.endsWith("\nNo peers found in the other workspaces."), text);
});

Deno.test("when all sources fail each says why", async () => {
  await using all = await startTenants();
  const [one, two, three] = all.tenants;
  await three.platform.close();
  one.platform.faults.use(({ path }) =>
    path.includes(one.own.id) ? Response.json({ error: "invalid" }, { status: 401 }) : undefined
  );
  two.platform.faults.use(({ path }) =>
    path.includes(two.own.id)
      ? Response.json({ error: "lookup failed" }, { status: 500 })
      : undefined
  );
  const text = await all.agent.error("list_peers");
  assert(text.startsWith(`Could not list the peers: [${one.own.id.slice(0, 8)}] `), text);
  assert(!/no peers/i.test(text), text);
  assertStringIncludes(text, "answered 401: invalid");
  assertStringIncludes(text, `; [${two.own.id.slice(0, 8)}] `);
  assertStringIncludes(text, "answered 500: lookup failed");
  assertStringIncludes(text, `; [${three.own.id.slice(0, 8)}] Cannot reach `);
});

Deno.test("a revoked token on one side leaves the other untouched", async () => {
  await using all = await startTenants();
  const [one, , three] = all.tenants;
  three.platform.revokeTokens(three.own.id);
  assertStringIncludes(
    await all.agent.error("send_message_to_user", { message: "x", workspace_id: three.own.id }),
    "The workspace token was refused",
  );
  for (const { request } of requestsBySpeaker(all)) {
    assertEquals(request.headers.authorization, `Bearer ${three.own.token}`);
  }
  const { structured } = await all.agent.ok("inbox_peek");
  assertStringIncludes(String(structured?.problem), `workspace ${three.own.id}`);
  await all.agent.ok("send_message_to_user", { message: "x", workspace_id: one.own.id });
  assertEquals(one.platform.userMessages(one.own.id).length, 1);
});

Deno.test("with one workspace none of this shows, even when it is given as a list", async () => {
  await using team = await startTeam();
  const { lead, peer, platform } = team;
  await using listed = await startTeam({
    env: { MOLECULE_WORKSPACES: JSON.stringify([lead]), PLATFORM_URL: platform.url },
  });
  for (const { agent } of [team, listed]) {
    assertEquals(
      (await agent.ok("list_peers")).text,
      `- Researcher (ID: ${peer.id}, status: online, role: research)`,
    );
    const { text } = await agent.ok("delegate_task_async", { workspace_id: peer.id, task: "x" });
    assert(!text.includes("source_workspace_id"), text);
    const unknown = crypto.randomUUID();
    assertEquals(
      await agent.error("delegate_task", { workspace_id: unknown, task: "x" }),
      `Error: workspace ${unknown} not found or not accessible (check access control)`,
    );
  }
});
