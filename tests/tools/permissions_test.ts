import { assertEquals, assertStringIncludes } from "@std/assert";
import { TOOLS } from "../../src/tools/tools.ts";
import { startTeam } from "./team.ts";

/** What each tool needs (tests/README.md, "Roles and permissions"). */
const NEEDS: Record<string, string | undefined> = {
  delegate_task: "delegate",
  delegate_task_async: "delegate",
  check_task_status: "delegate",
  list_peers: undefined,
  get_workspace_info: undefined,
  get_runtime_identity: undefined,
  update_agent_card: "memory.write",
  broadcast_message: undefined,
  send_message_to_user: "approve",
  // Whoever is not allowed to act should be able to ask: only giving work to a peer needs `delegate`.
  create_request: undefined,
  create_approval: undefined,
  check_requests: undefined,
  list_inbox: undefined,
  get_request: undefined,
  respond_request: undefined,
  add_request_message: undefined,
  cancel_request: undefined,
  wait_for_message: undefined,
  inbox_peek: undefined,
  inbox_pop: undefined,
  chat_history: undefined,
  commit_memory: "memory.write",
  recall_memory: "memory.read",
};

Deno.test("the table says what each tool needs", () => {
  assertEquals(Object.fromEntries(TOOLS.map(({ name, permission }) => [name, permission])), NEEDS);
});

Deno.test("a role that may nothing is refused by every gated tool, before its arguments are read", async () => {
  await using team = await startTeam({ policy: "rbac: { roles: [guest, visitor] }" });
  for (const [name, needed] of Object.entries(NEEDS)) {
    if (needed === undefined) continue;
    const text = await team.agent.error(name);
    assertStringIncludes(text, `PERMISSION DENIED: "${needed}" is not allowed for the roles`);
    assertStringIncludes(text, "guest, visitor");
  }
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("tools without a gate work for every role", async () => {
  await using team = await startTeam({ policy: "rbac: { roles: [] }" });
  for (const name of ["list_peers", "get_workspace_info", "get_runtime_identity", "inbox_peek"]) {
    await team.agent.ok(name);
  }
  await team.agent.ok("create_request", { kind: "task", title: "x" });
  await team.agent.ok("create_approval", { action: "x" });
  for (const name of ["check_requests", "list_inbox"]) await team.agent.ok(name);
});

Deno.test("read-only recalls and does not commit; no-delegation commits and does not delegate", async () => {
  for (
    const [role, may, mayNot] of [
      ["read-only", "recall_memory", "commit_memory"],
      ["no-delegation", "commit_memory", "delegate_task"],
      ["no-approval", "commit_memory", "send_message_to_user"],
    ] as const
  ) {
    await using team = await startTeam({ policy: `rbac: { roles: [${role}] }` });
    const args = { content: "x" };
    await team.agent.ok(may, args);
    assertStringIncludes(
      await team.agent.error(mayNot, { ...args, workspace_id: team.peer.id, task: "x" }),
      "PERMISSION DENIED",
    );
  }
});
