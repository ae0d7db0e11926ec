import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { asks, changes, raised } from "../requests/asked.ts";
import { startTeam, type Team } from "../team.ts";

async function asked(team: Team, request = {}) {
  return await asks({ platform: team.platform, by: team.peer }, team.lead, request);
}

const messagesOf = ({ platform }: Team, id: string) =>
  platform.store.requestMessages(id, 10).map(({ body }) => body);

Deno.test("a task is closed, and the message goes after the decision", async () => {
  await using team = await startTeam();
  const { agent, platform, lead } = team;
  const id = await asked(team);
  const { text, structured } = await agent.ok("respond_request", {
    request_id: id,
    action: " Done",
    message: " 12 boats\0 ",
  });
  const path = `/workspaces/${lead.id}/requests/${id}`;
  assertEquals(changes(platform), [
    [`${path}/respond`, { action: "done" }],
    [`${path}/messages`, { body: "12 boats", author_type: "agent", author_id: lead.id }],
  ]);
  assertEquals(platform.store.request(id)?.status, "done");
  assertEquals(
    text,
    `The request ${id} is now done, and your message was added. Who asked is told.`,
  );
  assertEquals(structured, { request_id: id, status: "done", message_added: true, note: text });
});

Deno.test("an approval is approved or rejected, with or without a message", async () => {
  await using team = await startTeam();
  for (const action of ["approved", "rejected"]) {
    const id = await asked(team, { kind: "approval" });
    const { structured } = await team.agent.ok("respond_request", {
      request_id: id,
      action,
      message: " ",
    });
    assertEquals([structured?.status, structured?.message_added], [action, undefined]);
    assertEquals(messagesOf(team, id), []);
  }
});

Deno.test("what does not fit the kind is explained, and decides nothing", async () => {
  await using team = await startTeam();
  const task = await asked(team);
  const approval = await asked(team, { kind: "approval" });
  const { agent, platform } = team;
  for (const [request_id, action] of [[task, "approved"], [approval, "done"]] as const) {
    const text = await agent.error("respond_request", { request_id, action, message: "x" });
    assertStringIncludes(
      text,
      "A task is closed with done or rejected, an approval with approved or rejected",
    );
    assertEquals(platform.store.request(request_id)?.status, "pending");
    assertEquals(messagesOf(team, request_id), []);
  }
  const text = await agent.error("respond_request", { request_id: task, action: "maybe" });
  assertMatch(text, /^Error: action must be done or rejected for a task/);
});

Deno.test("whoever asked does not decide", async () => {
  await using team = await startTeam();
  const id = await raised(team.agent);
  const text = await team.agent.error("respond_request", { request_id: id, action: "done" });
  assertStringIncludes(text, "403: not the recipient. Only who is asked decides a request.");
  assertStringIncludes(text, "cancel_request");
});

Deno.test("of one that is closed it is said how, and by whom", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const id = await asked(team);
  const args = { request_id: id, action: "rejected", message: "x" };
  await platform.respondAsPerson(id, "done");
  assertMatch(
    await agent.error("respond_request", args),
    /is closed already: done by the user\. Nothing was changed/,
  );
  assertEquals(messagesOf(team, id), []);
  const own = await asked(team);
  await agent.ok("respond_request", { ...args, request_id: own });
  assertMatch(
    await agent.error("respond_request", { ...args, request_id: own }),
    /is closed already: rejected by you\./,
  );
});

Deno.test("one that there is not is not said to be closed", async () => {
  await using team = await startTeam();
  const id = crypto.randomUUID();
  const text = await team.agent.error("respond_request", { request_id: id, action: "done" });
  assertStringIncludes(text, "Either it is closed, or there is none with this id");
});

Deno.test("when the answer is lost, the request says whether the decision took", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const id = await asked(team);
  const respond = { request_id: id, action: "done", message: "12" };
  const isResponse = ({ path }: { path: string }) => path.endsWith("/respond");
  const end = platform.faults.use((request) => isResponse(request) ? "drop" : undefined);
  const text = await agent.error("respond_request", respond);
  assertMatch(
    text,
    /broke before .* is still pending: call respond_request again, which can do no/,
  );
  end();
  platform.faults.after((request) => isResponse(request) ? "drop" : undefined);
  const { text: taken } = await agent.ok("respond_request", respond);
  assertStringIncludes(taken, "is now done (the platform's answer was lost, but it has recorded");
  assertEquals(messagesOf(team, id), ["12"]);
});

Deno.test("when looking fails as well, nothing is claimed", async () => {
  await using team = await startTeam();
  const id = await asked(team);
  team.platform.faults.use(() => "drop");
  const text = await team.agent.error("respond_request", { request_id: id, action: "done" });
  assertMatch(
    text,
    /It may have taken effect all the same, and looking failed .* see with get_request/,
  );
});

Deno.test("a message that fails does not hide the decision", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  for (
    const [outcome, told] of [
      [
        () => Response.json({ error: "slow down" }, { status: 429 }),
        /Add it with add_request_mess/,
      ],
      [() => "drop" as const, /It may be there: look with get_request, then add it/],
    ] as const
  ) {
    const id = await asked(team);
    const end = platform.faults.use(({ path }) =>
      path.endsWith("/messages") ? outcome() : undefined
    );
    const { text, structured } = await agent.ok("respond_request", {
      request_id: id,
      action: "done",
      message: "12",
    });
    end();
    assertStringIncludes(
      text,
      `The request ${id} is now done: the decision is recorded. Your message`,
    );
    assertMatch(text, told);
    assert(!text.includes("Try again"), text);
    assertEquals([structured?.status, structured?.message_added], ["done", false]);
  }
});
