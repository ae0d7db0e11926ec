import { assert, assertStringIncludes } from "@std/assert";
import { platformCalls, startTeam } from "./team.ts";

// That no result and no line on stderr holds the token is checked by the support module for every
// call of every test; here the platform does its best to bring it about.

Deno.test("an error that quotes the token comes without it, from every tool", async () => {
  await using team = await startTeam();
  const { agent, platform, peer, lead } = team;
  const bodies = [
    JSON.stringify({ error: `no such bearer: ${lead.token}`, hint: lead.token }),
    JSON.stringify({ error: "talk_to_user_disabled", hint: `ask ${lead.token}` }),
    `Authorization: Bearer ${lead.token}`,
    // Cut in the middle of it by the excerpt.
    "x".repeat(180) + lead.token,
    encodeURIComponent(`Bearer ${lead.token}`),
    btoa(`Bearer ${lead.token}`),
  ];
  for (const [tool, args] of platformCalls(peer.id)) {
    for (const status of [400, 401, 403, 404, 409, 410, 429, 500, 503]) {
      const end = platform.faults.use(() =>
        new Response(bodies[status % bodies.length] ?? "", { status })
      );
      const { text } = await agent.call(tool, args);
      end();
      assert(!text.includes(btoa(lead.token).slice(0, 16)), tool);
    }
  }
});

Deno.test("a token that somebody else wrote down is hidden wherever it turns up", async () => {
  await using team = await startTeam();
  const { agent, platform, peer, lead } = team;
  const { token } = lead;
  platform.store.updateWorkspace(peer.id, { name: `Bob ${token}`, role: token });
  platform.store.updateWorkspace(lead.id, { name: token, agentCard: { [token]: [token] } });
  await platform.sendAsUser(lead.id, `my token is ${token}`);
  platform.faults.use(({ path, method }) =>
    path.endsWith("/memories") && method === "GET"
      ? Response.json([{ content: token, scope: token, id: token }])
      : path.endsWith("/delegations")
      ? Response.json([{ delegation_id: token, summary: token, response_preview: token }])
      : undefined
  );
  for (
    const [tool, args] of [
      ["list_peers", {}],
      ["get_workspace_info", {}],
      ["recall_memory", {}],
      ["check_task_status", {}],
      ["check_task_status", { task_id: token }],
      ["chat_history", { peer_id: lead.id }],
    ] as const
  ) {
    const { text } = await agent.ok(tool, args);
    assertStringIncludes(text, "[redacted]", tool);
  }
  // Whether the name is said there depends on what it looks like.
  await agent.ok("delegate_task", { workspace_id: peer.id, task: "x" });
});

Deno.test("an argument that holds the token is not repeated", async () => {
  await using team = await startTeam();
  const { agent, lead } = team;
  for (
    const [tool, args] of [
      ["delegate_task", { workspace_id: lead.token, task: "x" }],
      ["get_workspace_info", { source_workspace_id: lead.token }],
      ["send_message_to_user", { message: "x", attachments: [`/${lead.token}`] }],
    ] as const
  ) assertStringIncludes(await agent.error(tool, args), "[redacted]", tool);
});
