import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { AgentOptions } from "../agent.ts";
import { startTeam, type Team, type TeamOptions } from "../team.ts";
import { raised, writes } from "./asked.ts";

/** Far longer than a test: only what happens ends such a wait. */
const LONG = { request_id: "", wait_secs: 10_000 };
const AGES_MS = 1_000_000;

function startPatientTeam(timing: AgentOptions["timing"] = {}, more: TeamOptions = {}) {
  const patient = { maxWaitMs: AGES_MS, limitMs: 2 * AGES_MS, pollIntervalMs: 10, ...timing };
  return startTeam({ ...more, timing: patient });
}

/** Resolves when the agent has looked at a request. */
async function looked({ platform }: Team, count = 1): Promise<void> {
  for (let seen = 0; seen < count; seen++) {
    const look = await platform.nextRequest(({ method, path }) =>
      method === "GET" && /\/requests\/[\da-f-]{36}$/.test(path)
    );
    await look.answered;
  }
}

Deno.test("the wait ends with the decision", async () => {
  await using team = await startPatientTeam();
  const id = await raised(team.agent, { kind: "approval" });
  const seen = looked(team, 2);
  const call = team.agent.ok("get_request", { ...LONG, request_id: id });
  await seen;
  await team.platform.respondAsPerson(id, "approved");
  const { text, structured } = await call;
  assertEquals([structured?.status, structured?.note], ["approved", undefined]);
  assertMatch(text, /approved \(decided by the user/);
});

Deno.test("an event ends it at once, without waiting for the next look", async () => {
  await using team = await startPatientTeam({ pollIntervalMs: AGES_MS });
  const id = await raised(team.agent);
  const seen = looked(team);
  const call = team.agent.ok("get_request", { ...LONG, request_id: id });
  await seen;
  await team.platform.respondAsPerson(id, "done");
  team.agent.inbox.requestEvents.happened();
  assertEquals((await call).structured?.status, "done");
});

Deno.test("so it does with a message of somebody else, but not with an own one", async () => {
  await using team = await startPatientTeam();
  const { agent, platform, peer } = team;
  const id = await raised(agent, { recipient_id: peer.id });
  await writes({ platform, by: peer }, id, "was there before");
  const seen = looked(team);
  const call = agent.ok("get_request", { ...LONG, request_id: id });
  await seen;
  await agent.ok("add_request_message", { request_id: id, body: "own" });
  await looked(team, 2);
  await writes({ platform, by: peer }, id, "now");
  const { text, structured } = await call;
  assertEquals(structured?.status, "info_requested");
  assertStringIncludes(text, "\nnow\n");
});

Deno.test("one that is closed is not waited for", async () => {
  await using team = await startPatientTeam({ pollIntervalMs: AGES_MS });
  const id = await raised(team.agent);
  await team.agent.ok("cancel_request", { request_id: id });
  const { structured } = await team.agent.ok("get_request", { ...LONG, request_id: id });
  assertEquals(structured?.status, "cancelled");
});

Deno.test("at the end of the time it says that it is open, and what to do", async () => {
  await using team = await startPatientTeam();
  const id = await raised(team.agent);
  for (const wait of [{ wait_secs: 0.05 }, { wait_secs: "0.05" }]) {
    const { text, structured } = await team.agent.ok("get_request", { request_id: id, ...wait });
    for (const said of [text, String(structured?.note)]) {
      assertStringIncludes(
        said,
        "It is still open. Asking does not block: go on with what needs no",
      );
      assertStringIncludes(said, "or call get_request again");
    }
  }
  const { structured } = await team.agent.ok("get_request", { request_id: id, wait_secs: -1 });
  assertEquals(structured?.note, undefined);
});

Deno.test("however short the wait is, the request is read", async () => {
  await using team = await startPatientTeam();
  const id = await raised(team.agent);
  team.platform.faults.use(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return undefined;
  });
  const { structured } = await team.agent.ok("get_request", { request_id: id, wait_secs: 0.01 });
  assertEquals(structured?.status, "pending");
});

Deno.test("the call's own limit ends it as well, and progress is told until then", async () => {
  await using team = await startPatientTeam({ maxWaitWithProgressMs: 80, progressIntervalMs: 10 });
  const id = await raised(team.agent);
  const told: string[] = [];
  const { text } = await team.agent.ok("get_request", { ...LONG, request_id: id }, {
    progress: (message) => void told.push(message),
  });
  assertStringIncludes(text, "It is still open");
  assertMatch(told[0] ?? "", /^Waiting for an answer to the request \(\d+ s\)$/);
});

Deno.test("an outage does not end it, from its beginning or later", async () => {
  await using team = await startPatientTeam();
  const { agent, platform } = team;
  const id = await raised(agent);
  for (
    const outcome of [
      () => "drop" as const,
      () => Response.json({ error: "query failed" }, { status: 500 }),
      () => new Response("<html>", { status: 502 }),
    ]
  ) {
    const end = platform.faults.use(outcome);
    const failed = looked(team, 2);
    const call = agent.ok("get_request", { ...LONG, request_id: id });
    await failed;
    end();
    const seen = looked(team, 2);
    await seen;
    await platform.messageAsPerson(id, "Which draft?");
    assertEquals((await call).structured?.status, "info_requested");
  }
});

Deno.test("what was known before an outage is shown, and that it may be out of date", async () => {
  await using team = await startPatientTeam();
  const { agent, platform } = team;
  const id = await raised(agent);
  const seen = looked(team);
  const call = agent.ok("get_request", { request_id: id, wait_secs: 1 });
  await seen;
  platform.faults.use(() => "drop");
  const { text, structured } = await call;
  assertEquals(structured?.status, "pending");
  assertMatch(text, /This may be out of date, the last look at it failed: .* broke before/);
});

Deno.test("when it could not be read at all, that is an error", async () => {
  await using team = await startPatientTeam();
  const id = await raised(team.agent);
  team.platform.faults.use(() => "drop");
  const text = await team.agent.error("get_request", { request_id: id, wait_secs: 0.1 });
  assertStringIncludes(text, "broke before the answer was complete");
});

Deno.test("that there is no such request, or that the platform has none, ends it at once", async () => {
  await using team = await startPatientTeam();
  assertStringIncludes(
    await team.agent.error("get_request", { ...LONG, request_id: crypto.randomUUID() }),
    "request not found",
  );
  await using older = await startPatientTeam({}, { platform: { version: "n2" } });
  assertStringIncludes(
    await older.agent.error("get_request", { ...LONG, request_id: crypto.randomUUID() }),
    "has no requests and approvals",
  );
});

Deno.test("a wait that is cancelled ends, with its request", async () => {
  await using team = await startPatientTeam();
  const { agent, platform } = team;
  const id = await raised(agent);
  platform.faults.use(() => "hang");
  const cancel = new AbortController();
  const arrived = platform.nextRequest();
  const call = agent.error("get_request", { ...LONG, request_id: id }, { signal: cancel.signal });
  const request = await arrived;
  cancel.abort();
  assertEquals(await request.answered, "hang");
  assertStringIncludes(await call, "cancelled");
});

Deno.test("however many events come, the platform is not asked without a pause", async () => {
  await using team = await startPatientTeam({ pollIntervalMs: 100 });
  const id = await raised(team.agent);
  team.platform.clearRequests();
  const timer = setInterval(() => team.agent.inbox.requestEvents.happened(), 1);
  await team.agent.ok("get_request", { request_id: id, wait_secs: 0.45 });
  clearInterval(timer);
  assert(team.platform.requests.length <= 6, `${team.platform.requests.length} looks`);
});

Deno.test("events about other requests, which bring nothing, make the looks rarer", async () => {
  await using team = await startPatientTeam({ pollIntervalMs: 10 });
  const id = await raised(team.agent);
  team.platform.clearRequests();
  const timer = setInterval(() => team.agent.inbox.requestEvents.happened(), 1);
  await team.agent.ok("get_request", { request_id: id, wait_secs: 1 });
  clearInterval(timer);
  assert(team.platform.requests.length <= 9, `${team.platform.requests.length} looks`);
});
