import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startTeam } from "../team.ts";
import { FULL, message } from "../inbox/messages.ts";

Deno.test("wait_for_message returns the oldest message, the same until it is popped or a user writes", async () => {
  await using team = await startTeam();
  const { agent } = team;
  const waiting = agent.ok("wait_for_message");
  agent.inbox.queue.offer(FULL);
  agent.inbox.queue.offer(message("two", { kind: "peer_agent" }));
  const { text, structured } = await waiting;
  assertEquals(structured, { ...FULL });
  assertEquals(JSON.parse(text), structured);
  assertEquals((await agent.ok("wait_for_message")).structured?.text, FULL.text);
  await agent.ok("inbox_pop", { activity_id: FULL.activity_id });
  assertEquals((await agent.ok("wait_for_message")).structured?.text, "two");
  agent.inbox.queue.offer(message("stop"));
  assertEquals((await agent.ok("wait_for_message")).structured?.text, "stop");
});

Deno.test("wait_for_message ends at its timeout, which is bounded", async () => {
  await using team = await startTeam();
  const { agent } = team;
  const asked: number[] = [];
  agent.inbox.wait = (timeoutMs) => {
    asked.push(timeoutMs);
    return Promise.resolve(undefined);
  };
  const timeouts = [undefined, 0, 0.25, 2, -5, 300, 301, 1e9, "7", " 0.5 ", null];
  const told = [];
  for (const timeout_secs of timeouts) {
    const { text, structured } = await agent.ok(
      "wait_for_message",
      timeout_secs === undefined ? {} : { timeout_secs },
    );
    assertEquals(structured?.timeout, true);
    assertStringIncludes(String(structured?.note), "Call wait_for_message again");
    assertEquals(JSON.parse(text), structured);
    told.push(structured?.timeout_secs);
  }
  const expected = [50, 0, 0.25, 2, 0, 50, 50, 50, 7, 0.5, 50];
  assertEquals(told, expected);
  // What waits to the end leaves a second before the call has to be answered.
  assertEquals(
    asked.map((ms) => Math.ceil(ms / 250) / 4),
    expected.map((seconds) => seconds === 50 ? 49 : seconds),
  );
});

Deno.test("with progress wait_for_message may take twice as long, and no longer", async () => {
  await using team = await startTeam();
  const asked: number[] = [];
  team.agent.inbox.wait = (timeoutMs) => {
    asked.push(Math.ceil(timeoutMs / 1_000));
    return Promise.resolve(undefined);
  };
  for (const timeout_secs of [60, 300]) {
    await team.agent.ok("wait_for_message", { timeout_secs }, { progress: () => {} });
  }
  assertEquals(asked, [60, 99]);
});

Deno.test("a time to wait that is not a number is refused by name", async () => {
  await using team = await startTeam();
  for (const timeout_secs of ["soon", "1s", "", true, {}]) {
    assertEquals(
      await team.agent.error("wait_for_message", { timeout_secs }),
      "Error: invalid arguments for wait_for_message: timeout_secs: expected number",
    );
  }
});

Deno.test("wait_for_message reports progress while it waits, and ends with the call", async () => {
  await using team = await startTeam({ timing: { progressIntervalMs: 5 } });
  const { agent } = team;
  const notes: string[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const cancel = new AbortController();
  const call = agent.ok("wait_for_message", {}, {
    signal: cancel.signal,
    progress: (note) => {
      notes.push(note);
      if (notes.length === 3) resolve();
    },
  });
  await enough;
  assert(agent.inbox.queue.waiting);
  cancel.abort();
  await call;
  assert(!agent.inbox.queue.waiting);
  assertMatch(notes[0] ?? "", /^Waiting for a message \(\d+ s\)$/);
});

Deno.test({
  name: "wait_for_message leaves no timer behind",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    await using team = await startTeam();
    team.agent.inbox.queue.offer(FULL);
    await team.agent.ok("wait_for_message", {}, { progress: () => {} });
  },
});
