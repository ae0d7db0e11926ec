import { assert, assertEquals } from "@std/assert";
import type { LocalPlatform } from "../../../src/local/start.ts";
import { randomSecret } from "../../../src/local/state/ids.ts";
import { isObject, type JsonObject } from "../../../src/local/state/json.ts";
import { closedUrl, startAgent, type TestAgent, textReply } from "../agents.ts";
import { fixtureCase } from "../contract/fixtures.ts";
import { type Caller, startTeam } from "../support.ts";

async function delegate(
  from: Caller,
  target: Caller,
  task: string,
  idempotency_key?: string,
): Promise<{ status: number; body: JsonObject }> {
  const answer = await from.post(`/workspaces/${from.id}/delegate`, {
    target_id: target.id,
    task,
    idempotency_key,
  });
  assert(isObject(answer.body));
  return { status: answer.status, body: answer.body };
}

async function list(caller: Caller): Promise<JsonObject[]> {
  const answer = await caller.get(`/workspaces/${caller.id}/delegations`);
  assert(Array.isArray(answer.body));
  return answer.body.filter(isObject);
}

function putBehind(platform: LocalPlatform, target: Caller, url: string): void {
  platform.store.updateWorkspace(target.id, {
    deliveryMode: "push",
    url,
    inboundSecret: randomSecret(),
  });
}

/** A team whose researcher answers over HTTP with what the function returns. */
async function startWithAgent(answer: () => Response) {
  const agent: TestAgent = startAgent(answer);
  const team = await startTeam({ allowLoopbackUrls: true, delegateRetryMs: 0 });
  putBehind(team.platform, team.researcher, agent.url);
  return {
    ...team,
    agent,
    [Symbol.asyncDispose]: async () => {
      await team.platform.close();
      await agent[Symbol.asyncDispose]();
    },
  };
}

Deno.test("delegate: the agent gets the task with the delegation's id in the message", async () => {
  await using team = await startWithAgent(() => textReply("Found it"));
  const { lead, researcher, platform, agent } = team;
  const { body } = await delegate(lead, researcher, "Find it");
  await platform.idle();
  const received = agent.received[0]?.body;
  assert(isObject(received) && isObject(received.params));
  assertEquals(received.params.message, {
    role: "user",
    messageId: body.delegation_id ?? null,
    parts: [{ kind: "text", text: "Find it" }],
    metadata: { delegation_id: body.delegation_id ?? null },
  });
});

Deno.test("delegate: both rows carry the delegation's id, the result comes first", async () => {
  await using team = await startWithAgent(() => textReply("Found it"));
  const { lead, researcher, platform } = team;
  const { body } = await delegate(lead, researcher, "Find it");
  await platform.idle();
  const [result, request] = await list(lead);
  assertEquals(result?.delegation_id, body.delegation_id);
  assertEquals(request?.delegation_id, body.delegation_id);
  assertEquals(result?.response_preview, "Found it");
  assertEquals([result?.status, request?.status], ["completed", "completed"]);
});

Deno.test("delegate: the preview is cut at 300 bytes, the summary at 80, between characters", async () => {
  const answer = "ä".repeat(400);
  await using team = await startWithAgent(() => textReply(answer));
  const { lead, researcher, platform } = team;
  await delegate(lead, researcher, "Write");
  await platform.idle();
  const [result] = await list(lead);
  assertEquals(result?.response_preview, `${"ä".repeat(150)}...`);
  assertEquals(result?.summary, `Delegation completed (${"ä".repeat(40)})`);
});

Deno.test("delegate: a preview of exactly 300 bytes is not cut", async () => {
  await using team = await startWithAgent(() => textReply("x".repeat(300)));
  const { lead, researcher, platform } = team;
  await delegate(lead, researcher, "Write");
  await platform.idle();
  assertEquals((await list(lead))[0]?.response_preview, "x".repeat(300));
});

Deno.test("delegate: the same key is the same delegation, per workspace", async () => {
  await using team = await startTeam();
  const { lead, researcher, writer, platform } = team;
  const first = await delegate(lead, researcher, "Find it", "key");
  await platform.idle();
  const again = await delegate(lead, researcher, "Find it", "key");
  assertEquals(again, {
    status: 200,
    body: {
      delegation_id: first.body.delegation_id ?? null,
      status: "completed",
      target_id: researcher.id,
      idempotent_hit: true,
    },
  });
  assertEquals((await delegate(writer, researcher, "Find it", "key")).status, 202);
  await platform.idle();
  assertEquals(platform.activity(researcher.id).length, 2);
});

Deno.test("delegate: a failed delegation frees its key", async () => {
  await using team = await startTeam();
  const { lead, stranger, platform } = team;
  const first = await delegate(lead, stranger, "Help", "key");
  await platform.idle();
  const second = await delegate(lead, stranger, "Help", "key");
  assertEquals(second.status, 202);
  assert(first.body.delegation_id !== second.body.delegation_id);
  await platform.idle();
});

Deno.test("delegate: without a key every call is a separate delegation", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  await delegate(lead, researcher, "Find it");
  assertEquals((await delegate(lead, researcher, "Find it")).status, 202);
  await platform.idle();
});

Deno.test("delegate: a poll-mode target finds the task in its log", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  const { body } = await delegate(lead, researcher, "Find it");
  await platform.idle();
  const [row] = platform.activity(researcher.id);
  assertEquals([row?.activityType, row?.sourceId], ["a2a_receive", lead.id]);
  assert(JSON.stringify(row?.requestBody).includes(String(body.delegation_id)));
});

Deno.test("delegate: an agent that cannot be reached is tried a second time", async () => {
  await using team = await startWithAgent(() => textReply("Here now"));
  const { lead, researcher, platform, agent } = team;
  let attempts = 0;
  putBehind(platform, researcher, closedUrl());
  platform.onEvent(researcher.id, ({ type }) => {
    if (type !== "ACTIVITY_LOGGED" || ++attempts > 1) return;
    putBehind(platform, researcher, agent.url);
  });
  await delegate(lead, researcher, "Hello");
  await platform.idle();
  assertEquals((await list(lead))[0]?.response_preview, "Here now");
});

Deno.test("delegate: an agent whose container is being restarted is tried a second time", async () => {
  await using team = await startTeam({ allowLoopbackUrls: true, delegateRetryMs: 0 });
  const { lead, researcher, platform } = team;
  putBehind(platform, researcher, closedUrl());
  platform.store.updateWorkspace(researcher.id, { runtime: "langgraph" });
  await delegate(lead, researcher, "Hello");
  await platform.idle();
  assertEquals(platform.activity(researcher.id).length, 2);
  assertEquals((await list(lead))[0]?.status, "failed");
});

for (const [status, outcome] of [[202, "completed"], [300, "failed"], [503, "failed"]] as const) {
  Deno.test(`delegate: an agent's own ${status} is final: ${outcome}`, async () => {
    await using team = await startWithAgent(() => Response.json({ error: "hm" }, { status }));
    const { lead, researcher, platform, agent } = team;
    await delegate(lead, researcher, "Hello");
    await platform.idle();
    assertEquals((await list(lead)).map((row) => row.status), [outcome, outcome]);
    assertEquals(agent.received.length, 1);
  });
}

Deno.test("delegate: a refusal is not tried again and fails both rows", async () => {
  await using team = await startTeam();
  const { lead, stranger, platform } = team;
  const { body } = await delegate(lead, stranger, "Help");
  await platform.idle();
  const [result, request] = await list(lead);
  assertEquals([result?.status, request?.status], ["failed", "failed"]);
  assert(result && !("delegation_id" in result), "The failed result row knows its id");
  assertEquals(request?.delegation_id, body.delegation_id);
  assertEquals(platform.activity(stranger.id), []);
});

Deno.test("delegate: with N2's flag the result is in the delegator's inbox too", async () => {
  await using team = await startTeam({ delegationResultInboxPush: true });
  const { lead, researcher, platform } = team;
  const { body } = await delegate(lead, researcher, "Find it");
  await platform.idle();
  const pushed = platform.activity(lead.id).find((row) => row.activityType === "a2a_receive");
  assertEquals(pushed?.sourceId, lead.id);
  assertEquals(pushed?.requestBody, { delegation_id: body.delegation_id ?? null });
  // The client's inbox knows such a row by what the example shows (src/inbox/message.ts).
  const shown = fixtureCase("activity-since-secs-desc").response.body;
  assert(Array.isArray(shown));
  const example = shown.filter(isObject).find(({ method }) => method === "delegate_result");
  const { response_body: reply } = example ?? {};
  assertEquals([pushed?.method, pushed?.summary], [example?.method, example?.summary]);
  assert(isObject(reply) && isObject(pushed?.responseBody));
  assertEquals(Object.keys(pushed.responseBody), Object.keys(reply));
});

Deno.test("delegations: at most 50 rows are listed", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  for (let i = 0; i < 51; i++) {
    await lead.post(`/workspaces/${lead.id}/delegations/record`, {
      target_id: researcher.id,
      task: "Find it",
      delegation_id: `d-${i}`,
    });
  }
  const rows = await list(lead);
  assertEquals(rows.length, 50);
  assertEquals(rows[0]?.delegation_id, "d-50");
});

Deno.test("delegations: what a client recorded can be completed by it", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  const path = `/workspaces/${lead.id}/delegations`;
  const body = { target_id: researcher.id, task: "Find it", delegation_id: "d-1" };
  await lead.post(`${path}/record`, body);
  assertEquals((await list(lead)).map(({ status }) => status), ["dispatched"]);
  await lead.post(`${path}/d-1/update`, { status: "completed", response_preview: "Found" });
  const [result, request] = await list(lead);
  assertEquals([result?.response_preview, request?.status], ["Found", "completed"]);
});

Deno.test("delegations: what a client recorded can be failed by it", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  const path = `/workspaces/${lead.id}/delegations`;
  const body = { target_id: researcher.id, task: "Find it", delegation_id: "d-1" };
  await lead.post(`${path}/record`, body);
  await lead.post(`${path}/d-1/update`, { status: "failed", error: "gave up" });
  assertEquals((await list(lead)).map((row) => [row.status, row.error]), [["failed", "gave up"]]);
});
