import { assert, assertEquals } from "@std/assert";
import type { LocalPlatformOptions } from "../../../src/local/start.ts";
import { isObject } from "../../../src/local/state/json.ts";
import { closedUrl, startAgent, startRawAgent, type TestAgent, textReply } from "../agents.ts";
import { type Answer, Caller, message, startTeam } from "../support.ts";

const SECRET = "the researcher's inbound secret";

/** A team whose researcher is called over HTTP. */
async function startWithAgent(agent: TestAgent, options: LocalPlatformOptions = {}) {
  const team = await startTeam({ allowLoopbackUrls: true, ...options });
  const { researcher, platform } = team;
  const change = { deliveryMode: "push" as const, url: agent.url, inboundSecret: SECRET };
  platform.store.updateWorkspace(researcher.id, change);
  return {
    ...team,
    [Symbol.asyncDispose]: async () => {
      await team.platform.close();
      await agent[Symbol.asyncDispose]();
    },
  };
}

function beat(caller: Caller, active_tasks: number): Promise<Answer> {
  return caller.post("/registry/heartbeat", { workspace_id: caller.id, active_tasks });
}

function queueIdOf(answer: Answer): unknown {
  return isObject(answer.body) ? answer.body.queue_id : undefined;
}

Deno.test("push: the agent gets the envelope, the caller its answer, the log both", async () => {
  const agent = startAgent(() => textReply("Seventeen"));
  await using team = await startWithAgent(agent);
  const { lead, researcher, platform } = team;
  const envelope = message("How many?");
  const headers = { "X-Workspace-ID": lead.id };
  const answer = await lead.post(`/workspaces/${researcher.id}/a2a`, envelope, headers);
  assertEquals(answer.body, await textReply("Seventeen").json());
  assertEquals(agent.received[0]?.body, envelope);
  assertEquals(agent.received[0]?.path, "/a2a");
  assertEquals(agent.received[0]?.headers.get("Authorization"), `Bearer ${SECRET}`);
  const [row] = platform.activity(researcher.id);
  assertEquals([row?.sourceId, row?.status], [lead.id, "ok"]);
  assertEquals(row?.responseBody, await textReply("Seventeen").json());
  assert(row && row.durationMs !== null);
  assert(platform.workspace(lead.id)?.lastOutboundAt);
});

Deno.test("push: the agent's own error text is passed on with its status", async () => {
  await using team = await startWithAgent(
    startAgent(() => Response.json({ error: "out of paper" }, { status: 507 })),
  );
  const { lead, researcher, platform } = team;
  const answer = await lead.send(researcher.id, "Print");
  assertEquals([answer.status, answer.body], [507, { error: "out of paper" }]);
  const [row] = platform.activity(researcher.id);
  assertEquals([row?.status, row?.errorDetail], ["error", "out of paper"]);
});

for (
  const [status, method] of [[307, "POST"], [308, "POST"], [302, "GET"], [303, "GET"]] as const
) {
  Deno.test(`push: a ${status} of the agent is followed once, by ${method}`, async () => {
    const agent = startAgent(({ path }) =>
      path === "/a2a"
        ? new Response(null, { status, headers: { Location: "/there" } })
        : textReply("followed")
    );
    await using team = await startWithAgent(agent);
    const answer = await team.lead.send(team.researcher.id, "Hello");
    assertEquals([answer.status, answer.body], [200, await textReply("followed").json()]);
    assertEquals(agent.received.map(({ path }) => path), ["/a2a", "/there"]);
    const again = method === "POST" ? agent.received[0]?.body : "";
    assertEquals(agent.received[1]?.body, again);
  });
}

Deno.test("push: a second redirect is the agent's answer, and so is one into the network", async () => {
  let location = "/on";
  const agent = startAgent(() => new Response(null, { status: 307, headers: { location } }));
  await using team = await startWithAgent(agent);
  assertEquals((await team.lead.send(team.researcher.id, "Hello")).status, 307);
  assertEquals(agent.received.length, 2);
  location = "http://169.254.169.254/";
  assertEquals((await team.lead.send(team.researcher.id, "Hello")).status, 307);
  assertEquals(agent.received.length, 3);
});

Deno.test("push: a 204 of the agent is passed on", async () => {
  await using team = await startWithAgent(startAgent(() => new Response(null, { status: 204 })));
  const answer = await team.lead.send(team.researcher.id, "Hello");
  assertEquals([answer.status, answer.text], [204, ""]);
});

Deno.test("push: an agent without an inbound secret gets one first; that call is not delivered", async () => {
  const agent = startAgent(() => textReply("Here"));
  await using team = await startWithAgent(agent);
  const { lead, researcher, platform } = team;
  platform.store.updateWorkspace(researcher.id, { inboundSecret: null });
  const first = await lead.send(researcher.id, "Hello");
  assertEquals([first.status, isObject(first.body) && first.body.retry_after_seconds], [503, 30]);
  assertEquals([agent.received.length, platform.activity(researcher.id).length], [0, 0]);
  assertEquals((await lead.send(researcher.id, "Hello")).status, 200);
});

Deno.test("push: a 300 of the agent is not followed", async () => {
  const agent = startAgent(({ path }) =>
    path === "/a2a"
      ? new Response(null, { status: 300, headers: { Location: "/elsewhere" } })
      : textReply("followed")
  );
  await using team = await startWithAgent(agent);
  const { lead, researcher, platform } = team;
  assertEquals((await lead.send(researcher.id, "Hello")).status, 300);
  assertEquals(agent.received.length, 1);
  assertEquals(platform.activity(researcher.id)[0]?.status, "error");
  assertEquals(platform.workspace(lead.id)?.lastOutboundAt, null);
});

Deno.test("push: a target on the loopback interface is refused by default", async () => {
  const agent = startAgent(() => textReply("reached"));
  await using team = await startWithAgent(agent, { allowLoopbackUrls: false });
  assertEquals((await team.lead.send(team.researcher.id, "Hello")).status, 502);
  assertEquals(agent.received, []);
});

Deno.test("push: a call that the agent took but did not answer is queued", async () => {
  await using team = await startWithAgent(startRawAgent(""));
  const { lead, researcher } = team;
  const answer = await lead.send(researcher.id, "Hello");
  assertEquals(answer.status, 202);
  const queued = await lead.get(`/workspaces/${researcher.id}/a2a/queue/${queueIdOf(answer)}`);
  assert(isObject(queued.body));
  assertEquals(queued.body.status, "queued");
});

for (const [status, delivered] of [["399 Odd", true], ["400 Bad Request", false]] as const) {
  Deno.test(`push: a ${status} that breaks off means delivered: ${delivered}`, async () => {
    const bytes = `HTTP/1.1 ${status}\r\nContent-Length: 100\r\n\r\n{`;
    await using team = await startWithAgent(startRawAgent(bytes));
    const { body } = await team.lead.send(team.researcher.id, "Hello");
    assert(isObject(body));
    assertEquals(body.delivery_confirmed, delivered);
  });
}

Deno.test("push: an answer is cut after 10 MiB", async () => {
  const limit = 10 * 1024 * 1024;
  await using team = await startWithAgent(startAgent(() => new Response("x".repeat(limit + 1))));
  assertEquals((await team.lead.send(team.researcher.id, "Hello")).text.length, limit);
});

Deno.test("push: an agent that takes too long counts as busy", async () => {
  const late = Promise.withResolvers<void>();
  const agent = startAgent(async () => {
    await late.promise;
    return textReply("late");
  });
  await using team = await startWithAgent(agent, { pushTimeoutMs: 20 });
  assertEquals((await team.lead.send(team.researcher.id, "Hello")).status, 202);
  late.resolve();
});

Deno.test("queue: a heartbeat with room for a task delivers one waiting call, the oldest", async () => {
  const agent = startAgent(() => textReply("done"));
  await using team = await startWithAgent(agent);
  const { lead, researcher, platform } = team;
  await beat(researcher, 1);
  const first = await lead.send(researcher.id, "first", "m-1");
  await lead.send(researcher.id, "second", "m-2");
  assertEquals(agent.received, []);
  await beat(researcher, 1);
  await platform.idle();
  assertEquals(agent.received, []);
  await beat(researcher, 0);
  await platform.idle();
  assertEquals(agent.received.length, 1);
  assertEquals(JSON.stringify(agent.received[0]?.body).includes("first"), true);
  const item = await lead.get(`/workspaces/${researcher.id}/a2a/queue/${queueIdOf(first)}`);
  assert(isObject(item.body));
  assertEquals([item.body.status, item.body.attempts], ["completed", 1]);
  assert(!("response_body" in item.body));
  assertEquals(platform.activity(researcher.id).length, 1);
});

Deno.test("queue: the same message is queued once", async () => {
  await using team = await startWithAgent(startAgent(() => textReply("done")));
  const { lead, researcher } = team;
  await beat(researcher, 1);
  const answers = [
    await lead.send(researcher.id, "same", "m-1"),
    await lead.send(researcher.id, "same", "m-1"),
    await lead.send(researcher.id, "other", "m-2"),
  ];
  const depths = answers.map(({ body }) => isObject(body) && body.queue_depth);
  assertEquals(depths, [1, 1, 2]);
  assertEquals(queueIdOf(answers[0] as Answer), queueIdOf(answers[1] as Answer));
});

Deno.test("queue: after five failed attempts a call is given up", async () => {
  await using team = await startWithAgent(
    startAgent(() => Response.json({ error: "no" }, { status: 500 })),
  );
  const { lead, researcher, platform } = team;
  await beat(researcher, 1);
  const queueId = queueIdOf(await lead.send(researcher.id, "Hello"));
  const statuses: unknown[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    await beat(researcher, 0);
    await platform.idle();
    const item = await lead.get(`/workspaces/${researcher.id}/a2a/queue/${queueId}`);
    assert(isObject(item.body));
    statuses.push([item.body.status, item.body.attempts, item.body.last_error]);
  }
  assertEquals(statuses, [
    ...[1, 2, 3, 4].map((attempts) => ["queued", attempts, "no"]),
    ["failed", 5, "no"],
    ["failed", 5, "no"],
  ]);
});

Deno.test("queue: an item is shown to its caller and its target only", async () => {
  await using team = await startWithAgent(startAgent(() => textReply("done")));
  const { lead, researcher, writer, stranger } = team;
  await beat(researcher, 1);
  const path = `/workspaces/${researcher.id}/a2a/queue/${
    queueIdOf(await lead.send(researcher.id, "Hello"))
  }`;
  assertEquals((await lead.get(path)).status, 200);
  assertEquals((await researcher.get(path)).status, 200);
  assertEquals((await writer.get(path)).status, 404);
  assertEquals((await stranger.get(path)).status, 404);
  const byHeader = await stranger.get(path, { "X-Workspace-ID": lead.id });
  assertEquals(byHeader.status, 200);
});

Deno.test("push: nobody at the URL is a failed delivery in the target's log", async () => {
  await using team = await startTeam({ allowLoopbackUrls: true });
  const { lead, researcher, platform } = team;
  const change = { deliveryMode: "push" as const, url: closedUrl(), inboundSecret: SECRET };
  platform.store.updateWorkspace(researcher.id, change);
  assertEquals((await lead.send(researcher.id, "Hello")).status, 502);
  const [row] = platform.activity(researcher.id);
  assertEquals([row?.status, row?.errorDetail], ["error", "failed to reach workspace agent"]);
});
