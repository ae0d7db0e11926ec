import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { delegate, fenced } from "../delegate.ts";
import { pushPeer, startTeam } from "../team.ts";
import { until } from "../timers.ts";
import { slowAgent, slowTeam } from "./slow_agent.ts";

Deno.test("a call without progress is answered before the client loses patience", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using team = await slowTeam(target, { timing: { maxWaitMs: 1_500 } });
  const { agent, peer } = team;
  const { text, structured } = await agent.ok("delegate_task", {
    workspace_id: peer.id,
    task: "Count the boats",
  });
  const id = String(structured?.delegation_id);
  assertEquals(structured?.status, "pending");
  assertMatch(text, /^Researcher has the task and is still working on it after \d+ s\./);
  assertStringIncludes(text, `check_task_status(workspace_id="${peer.id}", task_id="${id}")`);
  assertStringIncludes(text, "do not send the task again");
  answer.resolve(textReply("late"));
});

Deno.test("the whole answer can be fetched later, however long it is", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using team = await slowTeam(target);
  const { agent, peer, platform } = team;
  const { structured } = await agent.ok("delegate_task", { workspace_id: peer.id, task: "Count" });
  const id = String(structured?.delegation_id);
  const status = () => agent.ok("check_task_status", { workspace_id: peer.id, task_id: id });
  assertEquals((await status()).structured?.status, "in_progress");

  const long = "A boat. ".repeat(1_000);
  const reported = platform.nextRequest(({ body }) => body?.includes("a2a_receive") ?? false);
  answer.resolve(textReply(long));
  await (await reported).answered;
  const { structured: done } = await status();
  assertEquals(done?.status, "completed");
  assertEquals(done?.response_preview, fenced(long));
  assertEquals(target.received.length, 1);

  // The list shows how it begins.
  const { structured: list } = await agent.ok("check_task_status");
  const [first] = list?.delegations as Record<string, string>[];
  assertEquals([first?.delegation_id, first?.status], [id, "completed"]);
  assertStringIncludes(first?.response_preview ?? "", `${long.slice(0, 300)}...`);
});

Deno.test("what failed or was queued after the call is reported by check_task_status", async () => {
  for (
    const [reply, status, expected] of [
      [textReply("Agent error: tired"), "failed", {
        error: "the peer reports an error. Details:\n" +
          fenced("Agent error: tired"),
      }],
      [Response.json({ queued: true, queue_id: "q" }), "queued", {}],
    ] as const
  ) {
    const { target, answer } = slowAgent();
    await using _target = target;
    await using team = await slowTeam(target);
    const { agent, peer } = team;
    const { structured } = await agent.ok("delegate_task", { workspace_id: peer.id, task: "x" });
    answer.resolve(reply);
    const shown = await until(
      () => agent.ok("check_task_status", { task_id: String(structured?.delegation_id) }),
      (result) => result.structured?.status === status,
    );
    for (const [key, value] of Object.entries(expected)) {
      assertEquals(shown.structured?.[key], value);
    }
  }
});

Deno.test("progress keeps the call open, and says what is waited for", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using team = await slowTeam(target, {
    timing: { maxWaitMs: 10, progressIntervalMs: 20 },
  });
  const notes: string[] = [];
  const enough = Promise.withResolvers<void>();
  const progress = (note: string) => {
    notes.push(note);
    if (notes.filter((each) => each.startsWith("Waiting for Researcher")).length === 3) {
      enough.resolve();
    }
  };
  const call = delegate(team, "x", {
    progress,
  });
  await enough.promise;
  answer.resolve(textReply("Four boats"));
  assertStringIncludes((await call).text, "Four boats");
  // Before it, the look-up may have taken longer than the pace of this test.
  assert(notes.includes("Delegating to Researcher"));
  assertMatch(notes.at(-1) ?? "", /^Waiting for Researcher to answer \(\d+ s\)$/);
});

Deno.test("a retry is reported as progress, without a token that the platform echoes", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using team = await startTeam({ peer: pushPeer(target) });
  let failures = 1;
  team.platform.faults.use(({ path, headers }) =>
    path.endsWith("/a2a") && failures-- > 0
      ? Response.json({ error: headers.authorization, restarting: true }, { status: 503 })
      : undefined
  );
  const notes: string[] = [];
  await delegate(team, "x", {
    progress: (note) => notes.push(note),
  });
  const [, retry = ""] = notes;
  assertStringIncludes(retry, `Trying again: ${team.platform.url} answered 503`);
  team.agent.assertNoSecret(notes.join());
});

for (const where of ["the look-up", "the peer's work"]) {
  Deno.test(`a call cancelled during ${where} goes on, and is listed until it came back`, async () => {
    const { target, answer } = slowAgent();
    await using _target = target;
    await using team = await startTeam({ peer: pushPeer(target) });
    const { platform, agent, peer } = team;
    const path = where === "the look-up" ? /\/discover\// : /\/a2a$/;
    const held = Promise.withResolvers<void>();
    platform.faults.use(async (request) => {
      if (path.test(request.path)) await held.promise;
      return undefined;
    });
    const arrived = platform.nextRequest((request) => path.test(request.path));
    const cancel = new AbortController();
    const call = agent.error("delegate_task", { workspace_id: peer.id, task: "x" }, {
      signal: cancel.signal,
    });
    await arrived;
    cancel.abort();
    assertEquals(await call, "The call was cancelled");
    const listed = async () => {
      const { structured } = await agent.ok("check_task_status");
      const [first] = structured?.delegations as Record<string, string>[];
      return first;
    };
    const open = await listed();
    assertEquals([open?.target_id, open?.status], [peer.id, "in_progress"]);
    held.resolve();
    answer.resolve(textReply("Four boats"));
    const done = await until(listed, (row) => row?.status !== "in_progress");
    assertEquals([done?.delegation_id, done?.status], [open?.delegation_id, "completed"]);
    assertStringIncludes(done?.response_preview ?? "", "Four boats");
    assertEquals(target.received.length, 1, "it was sent once");
  });
}

Deno.test("a call that was left behind goes on when another one is cancelled", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using team = await slowTeam(target);
  const { agent, peer } = team;
  const cancel = new AbortController();
  const { structured } = await agent.ok("delegate_task", { workspace_id: peer.id, task: "x" }, {
    signal: cancel.signal,
  });
  cancel.abort();
  answer.resolve(textReply("Four boats"));
  const { text } = await until(
    () => agent.ok("check_task_status", { task_id: String(structured?.delegation_id) }),
    (result) => result.structured?.status !== "in_progress",
  );
  assertStringIncludes(text, "Four boats");
});
