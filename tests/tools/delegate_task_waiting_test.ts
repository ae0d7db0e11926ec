import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startAgent, type TestAgent, textReply } from "../local/agents.ts";
import { pushPeer, setStage, type Stage, type StageOptions } from "./stage.ts";
import { fastTimers, givenUp, until } from "./support.ts";

/** A peer that answers when it is told to. */
function slowAgent() {
  const answer = Promise.withResolvers<Response>();
  return { target: startAgent(() => answer.promise), answer };
}

function slowStage(target: TestAgent, options: StageOptions = {}): Promise<Stage> {
  return setStage({ peer: pushPeer(target), timing: { patienceMs: 50 }, ...options });
}

Deno.test("a call without progress is answered before the client loses patience", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using stage = await slowStage(target);
  const { agent, peer } = stage;
  const { text, structured } = await agent.ok("delegate_task", {
    workspace_id: peer.id,
    task: "Count the boats",
  });
  const id = String(structured?.delegation_id);
  assertEquals(structured?.status, "pending");
  assertMatch(text, /^Researcher got the task and is still working on it after \d+ s\./);
  assertStringIncludes(text, `check_task_status(workspace_id="${peer.id}", task_id="${id}")`);
  assertStringIncludes(text, "do not send it again");
  answer.resolve(textReply("late"));
});

Deno.test("the whole answer can be fetched later, however long it is", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using stage = await slowStage(target);
  const { agent, peer, platform } = stage;
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
  assertEquals(done?.response_preview, `[A2A_RESULT_FROM_PEER]\n${long}\n[/A2A_RESULT_FROM_PEER]`);
  assertEquals(target.received.length, 1);

  // The list shows how it begins.
  const { structured: list } = await agent.ok("check_task_status");
  const [first] = list?.delegations as Record<string, string>[];
  assertEquals([first?.delegation_id, first?.status], [id, "completed"]);
  assertStringIncludes(first?.response_preview ?? "", `${long.slice(0, 300)}...`);
});

Deno.test("what failed or was queued after the call is told by check_task_status", async () => {
  for (
    const [reply, status, expected] of [
      [textReply("Agent error: tired"), "failed", {
        error: "the peer reports an error. What came with it:\n" +
          "[A2A_RESULT_FROM_PEER]\nAgent error: tired\n[/A2A_RESULT_FROM_PEER]",
      }],
      [Response.json({ queued: true, queue_id: "q" }), "queued", {}],
    ] as const
  ) {
    const { target, answer } = slowAgent();
    await using _target = target;
    await using stage = await slowStage(target);
    const { agent, peer } = stage;
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
  await using stage = await slowStage(target, {
    timing: { patienceMs: 10, progressIntervalMs: 20 },
  });
  const notes: string[] = [];
  const enough = Promise.withResolvers<void>();
  const progress = (note: string) => {
    notes.push(note);
    if (notes.length === 4) enough.resolve();
  };
  const call = stage.agent.ok("delegate_task", { workspace_id: stage.peer.id, task: "x" }, {
    progress,
  });
  await enough.promise;
  answer.resolve(textReply("Four boats"));
  assertStringIncludes((await call).text, "Four boats");
  assertEquals(notes[0], "Delegating to Researcher");
  assertMatch(notes[1] ?? "", /^Waiting for Researcher to answer \(\d+ s\)$/);
});

Deno.test("a retry is reported as progress, without a token that the platform echoes", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  await using stage = await setStage({ peer: pushPeer(target) });
  let failures = 1;
  stage.platform.faults.use(({ path, headers }) =>
    path.endsWith("/a2a") && failures-- > 0
      ? Response.json({ error: headers.authorization, restarting: true }, { status: 503 })
      : undefined
  );
  const notes: string[] = [];
  await stage.agent.ok("delegate_task", { workspace_id: stage.peer.id, task: "x" }, {
    progress: (note) => notes.push(note),
  });
  const [, retry = ""] = notes;
  assertStringIncludes(retry, `Trying again: ${stage.platform.url} answered 503`);
  stage.agent.assertNoSecret(notes.join());
});

Deno.test("a cancelled call ends the request to the platform", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using stage = await setStage({ peer: pushPeer(target) });
  const { platform, agent, peer } = stage;
  using _slow = fastTimers(0.01);
  platform.faults.use(({ path }) => path.endsWith("/a2a") ? "hang" : undefined);
  const arrived = platform.nextRequest(({ path }) => path.endsWith("/a2a"));
  const cancel = new AbortController();
  const call = agent.error("delegate_task", { workspace_id: peer.id, task: "x" }, {
    signal: cancel.signal,
  });
  const request = await arrived;
  cancel.abort();
  await givenUp(request);
  assertEquals(await call, "The call was cancelled");
  assert(platform.requests.filter(({ path }) => path.endsWith("/a2a")).length === 1);
  answer.resolve(textReply("nobody waits"));
});

Deno.test("a call that was left behind goes on when another one is cancelled", async () => {
  const { target, answer } = slowAgent();
  await using _target = target;
  await using stage = await slowStage(target);
  const { agent, peer } = stage;
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
