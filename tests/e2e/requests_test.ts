import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { field } from "../../src/lib/json.ts";
import { ServerProcess } from "./server_process.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

/** A call's text, whether it failed, and its data, which the SDK's client has checked. */
async function call({ client }: ServerProcess, name: string, args: Record<string, unknown> = {}) {
  const { content, isError, structuredContent: data } = await client.callTool({
    name,
    arguments: args,
  });
  assert(Array.isArray(content));
  return { text: String(field(content[0], "text")), isError: isError === true, data };
}

async function ok(server: ServerProcess, name: string, args?: Record<string, unknown>) {
  const result = await call(server, name, args);
  assert(!result.isError, `${name}: ${result.text}`);
  return result;
}

async function error(server: ServerProcess, name: string, args?: Record<string, unknown>) {
  const result = await call(server, name, args);
  assert(result.isError, `${name}: ${result.text}`);
  return result.text;
}

/** The agent of a workspace, with a client that knows what the tools' data have to look like. */
async function start(env: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.start(env);
  await server.client.listTools();
  return server;
}

async function startPeer(team: TestTeam): Promise<ServerProcess> {
  const token = await team.platform.createToken(team.peerId);
  const stateDir = `${team.stateDir}/peer`;
  await Deno.mkdir(stateDir, { mode: 0o700 });
  return await start({
    ...team.env,
    WORKSPACE_ID: team.peerId,
    MOLECULE_WORKSPACE_TOKEN: token,
    CONFIGS_DIR: stateDir,
    WORKSPACE_CONFIG_PATH: stateDir,
  });
}

processTest(
  "an agent asks before it acts, waits, and goes on when a person has approved",
  async () => {
    await using team = await testTeam();
    await using agent = await start(team.env);
    for (const decision of ["approved", "rejected"]) {
      const { data, text } = await ok(agent, "create_approval", { action: "Delete the bucket" });
      assertStringIncludes(text, "Raised approval request “Delete the bucket” to the user (id ");
      const request_id = String(field(data, "request_id"));
      const seen = team.platform.nextRequest(({ path }) => path.endsWith(request_id));
      const waiting = ok(agent, "get_request", { request_id, wait_secs: 45 });
      await (await seen).answered;
      await team.platform.respondAsPerson(request_id, decision);
      const { data: decided } = await waiting;
      assertEquals([field(decided, "status"), field(decided, "decided_by")], [
        decision,
        "the user",
      ]);
      assertMatch(
        await error(agent, "cancel_request", { request_id }),
        new RegExp(`is closed already: ${decision} by the user`),
      );
    }
  },
);

processTest("one agent asks another, which asks back and answers", async () => {
  await using team = await testTeam();
  await using lead = await start(team.env);
  await using peer = await startPeer(team);
  const { data } = await ok(lead, "create_request", {
    kind: "task",
    title: "Count the boats",
    recipient_id: team.peerId,
  });
  const request_id = String(field(data, "request_id"));
  const inbox = await ok(peer, "list_inbox", { status: "open" });
  assertStringIncludes(inbox.text, `task ${request_id}: pending (open); from the peer `);
  await ok(peer, "add_request_message", { request_id, body: "Which ones?" });
  const asked = await ok(lead, "get_request", { request_id });
  assertMatch(asked.text, /info_requested[^]*\[A2A_RESULT_FROM_PEER\]\nWhich ones\?\n\[\/A2A/);
  await ok(lead, "add_request_message", { request_id, body: "The blue ones" });
  const read = await ok(peer, "get_request", { request_id });
  assertStringIncludes(read.text, "The blue ones");
  await ok(peer, "respond_request", { request_id, action: "done", message: "12" });
  const { text } = await ok(lead, "check_requests", { status: "done" });
  assertStringIncludes(text, `${request_id}: done (decided by the peer `);
  const again = await error(peer, "respond_request", { request_id, action: "rejected" });
  assertStringIncludes(again, "is closed already: done by you");
  const own = await ok(lead, "create_request", { kind: "task", title: "Not needed" });
  await ok(lead, "cancel_request", { request_id: field(own.data, "request_id") });
});

processTest("every tool says what is wrong with a call", async () => {
  await using team = await testTeam();
  await using agent = await start(team.env);
  const request_id = crypto.randomUUID();
  for (
    const [name, args, told] of [
      ["create_request", { kind: "memo", title: "x" }, 'Error: kind must be "task" or "approval"'],
      ["create_request", { kind: "task", title: "x", recipient_id: request_id }, "is not a peer"],
      ["create_approval", {}, "Error: action is required"],
      ["check_requests", { status: "closed" }, "Error: status must be open, pending"],
      ["list_inbox", { source_workspace_id: "x" }, "is not a workspace of this agent"],
      ["get_request", { request_id }, "404: request not found"],
      [
        "respond_request",
        { request_id, action: "maybe" },
        "Error: action must be done or rejected",
      ],
      ["add_request_message", { request_id, body: " " }, "Error: body is required"],
      ["cancel_request", { request_id: "7" }, "Error: request_id must be a UUID"],
    ] as const
  ) assertStringIncludes(await error(agent, name, args), told);
});

processTest(
  "a raised request is raised once when the connection breaks, and a cancelled call ends",
  async () => {
    await using team = await testTeam();
    await using agent = await start(team.env);
    await ok(agent, "list_peers");
    const end = team.platform.faults.after(({ path, method }) =>
      method === "POST" && path.endsWith("/requests") ? "drop" : undefined
    );
    const text = await error(agent, "create_request", { kind: "task", title: "x" });
    assertStringIncludes(text, "look with check_requests before you raise it again");
    end();
    const [row, ...others] = team.platform.store.requests({ limit: 10 });
    assertEquals(others, []);
    const cancel = new AbortController();
    team.platform.faults.use(({ path }) => path.endsWith(row?.id ?? "") ? "hang" : undefined);
    const arrived = team.platform.nextRequest(({ path }) => path.endsWith(row?.id ?? ""));
    const call = agent.client.callTool(
      { name: "get_request", arguments: { request_id: row?.id, wait_secs: 40 } },
      undefined,
      { signal: cancel.signal },
    ).catch(() => "cancelled");
    const request = await arrived;
    cancel.abort();
    assertEquals([await call, await request.answered], ["cancelled", "hang"]);
  },
);
