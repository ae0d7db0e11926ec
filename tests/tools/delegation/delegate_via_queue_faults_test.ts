import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { closedUrl, startAgent, textReply } from "../../local/agents.ts";
import { delegate, delegateError, fenced } from "../delegate.ts";
import { pushPeer, type Team } from "../team.ts";
import { fastTimers } from "../timers.ts";
import { queueTeam } from "./queue_team.ts";

Deno.test("a task that may not have come to the platform is offered again, and done once", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  // So long that a slow machine does not come to the end of it, ten times as fast.
  const timing = { pollIntervalMs: 50, maxWaitMs: 490_000, limitMs: 500_000 };
  await using team = await queueTeam({ peer: pushPeer(target), timing });
  using _fast = fastTimers(10);
  const { faults } = team.platform;
  let taken = 0;
  const isOffer = ({ path }: { path: string }) => path.endsWith("/delegate");
  // First it is lost on its way, then the answer to it.
  let lost = 0;
  faults.use((request) => isOffer(request) && lost++ === 0 ? "drop" : undefined);
  faults.after((request) => isOffer(request) && taken++ === 0 ? "drop" : undefined);
  const notes: string[] = [];
  const { text } = await delegate(team, "Count", { progress: (note) => notes.push(note) });
  assertStringIncludes(text, "Four boats");
  assertEquals(target.received.length, 1);
  assert(lost >= 3, `${lost} offers`);
  assert(notes.some((note) => /^Trying again: .+/.test(note)), notes.join());
});

Deno.test("a task that the platform refuses is not offered again", async () => {
  await using team = await queueTeam({});
  const { platform } = team;
  platform.faults.use(({ path }) =>
    path.endsWith("/delegate") ? Response.json({ error: "no" }, { status: 400 }) : undefined
  );
  assertMatch(await delegateError(team, "x"), /^Error: delegate_task failed: /);
  assertEquals(platform.requests.filter(({ path }) => path.endsWith("/delegate")).length, 1);
});

Deno.test("the canvas shows the delegation until the answer is there", async () => {
  const answer = Promise.withResolvers<void>();
  await using target = startAgent(() => answer.promise.then(() => textReply("Four boats")));
  await using team = await queueTeam({ peer: pushPeer(target) });
  const beat = (task: string | undefined) =>
    team.platform.nextRequest(({ path, body }) =>
      path.endsWith("/heartbeat") && JSON.parse(body ?? "").current_task === task
    );
  const [begun, ended] = [beat("Delegating to Researcher"), beat(undefined)];
  const call = delegate(team, "Count");
  await begun;
  answer.resolve();
  await call;
  await ended;
});

/** The platform lists one row for any delegation, with these fields. */
function listRow(team: Team, fields: Record<string, unknown>): void {
  team.platform.faults.after(async ({ path }, response) => {
    if (!path.endsWith("/delegations")) return undefined;
    const [{ delegation_id, target_id }] = await response.clone().json();
    return Response.json([{ delegation_id, target_id, ...fields }]);
  });
}

Deno.test("a row without a preview or an error says in its summary how it ended", async () => {
  await using answered = await queueTeam({});
  listRow(answered, { status: "completed", summary: "Four boats" });
  assertEquals((await delegate(answered)).structured?.answer, fenced("Four boats"));
  await using failed = await queueTeam({});
  listRow(failed, { status: "failed", summary: "the harbour is closed" });
  assertStringIncludes(await delegateError(failed), "the harbour is closed");
});

Deno.test("what becomes of a task after its call has ended is there to be asked for", async () => {
  const deaf = { peer: { deliveryMode: "push", url: closedUrl() } } as const;
  const refused = Response.json({ error: "no" }, { status: 400 });
  for (
    const [options, answer, expected] of [
      [{}, undefined, "queued"],
      [{}, refused, "failed"],
      [{ ...deaf, platform: { delegateRetryMs: 0 } }, undefined, "failed"],
    ] as const
  ) {
    const timing = { maxWaitMs: 20, pollIntervalMs: 5 };
    await using team = await queueTeam({ timing, ...options });
    const { agent, platform } = team;
    const held = Promise.withResolvers<void>();
    platform.faults.use(async ({ path }) => {
      if (!path.endsWith("/delegate")) return undefined;
      await held.promise;
      return answer;
    });
    const { structured } = await delegate(team, "Count");
    assertEquals(structured?.status, "pending");
    held.resolve();
    await agent.services.background.idle();
    const task_id = String(structured?.delegation_id);
    const { structured: status } = await agent.ok("check_task_status", { task_id });
    assertEquals(status?.status, expected);
  }
});
