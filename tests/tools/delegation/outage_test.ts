import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { delegate, delegateError } from "../delegate.ts";
import { pushPeer, startTeam } from "../team.ts";
import { fastTimers, until } from "../timers.ts";
import { slowAgent, slowTeam } from "./slow_agent.ts";

Deno.test("without the platform's list, those of this process are shown, and why there are no others", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using team = await slowTeam(target);
  const { agent, peer, platform } = team;
  const { structured } = await agent.ok("delegate_task", { workspace_id: peer.id, task: "x" });
  platform.faults.use(({ path }) => path.endsWith("/delegations") ? "drop" : undefined);
  const { structured: list } = await agent.ok("check_task_status");
  const [first] = list?.delegations as Record<string, string>[];
  assertEquals(first?.delegation_id, structured?.delegation_id);
  assertMatch(
    String(list?.problem),
    /^Only the delegations that this process remembers; .* broke /,
  );
  answer.resolve(textReply("late"));
});

Deno.test("in an outage the look-up is tried again, and the task is sent once", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({ peer: pushPeer(target) });
  using _fast = fastTimers(50);
  const away: (Response | "drop")[] = [
    "drop",
    Response.json({
      error: "platform datastore unavailable — retry shortly",
      code: "platform_unavailable",
    }, { status: 503 }),
    "drop",
  ];
  team.platform.faults.use(({ path }) => path.includes("/discover/") ? away.shift() : undefined);
  const { text } = await delegate(team, "Count");
  assertStringIncludes(text, "Four boats");
  assertEquals(target.received.length, 1);
});

Deno.test("an outage that outlasts the attempts is reported with them", async () => {
  await using team = await startTeam({ env: { A2A_DELEGATE_MAX_ATTEMPTS: "3" } });
  using _fast = fastTimers(50);
  team.platform.faults.use(() => "drop");
  assertMatch(
    await delegateError(team, "x"),
    /^Error: delegate_task failed: .* broke .* \(cause=attempts_exhausted attempts=3\/3 /,
  );
  assertEquals(team.platform.requests.filter(({ path }) => path.includes("/discover/")).length, 3);
});

Deno.test("a call leaves with an id also while the platform does not answer, and goes on", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  for (const viaQueue of ["0", "1"]) {
    const env = { DELEGATION_SYNC_VIA_INBOX: viaQueue };
    await using team = await slowTeam(target, {
      env,
      timing: { maxWaitMs: 50, pollIntervalMs: 5 },
    });
    const { agent, peer, platform } = team;
    const held = Promise.withResolvers<void>();
    const end = platform.faults.use(async ({ path }) => {
      if (/\/discover\//.test(path)) await held.promise;
      return undefined;
    });
    const { text, structured } = await agent.ok("delegate_task", {
      workspace_id: peer.id,
      task: "Count",
    });
    assertMatch(
      text,
      /^The platform has not accepted the task for \S+ after \d+ s; molecule-mcp keeps trying/,
    );
    held.resolve();
    end();
    const done = await until(
      () => agent.ok("check_task_status", { task_id: String(structured?.delegation_id) }),
      (result) => result.structured?.status !== "in_progress",
    );
    assertStringIncludes(done.text, "Four boats");
  }
});
