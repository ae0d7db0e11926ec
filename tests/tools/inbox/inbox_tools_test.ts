import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { startTeam } from "../team.ts";

function message(text: string, more: Partial<InboxMessage> = {}): InboxMessage {
  return {
    activity_id: crypto.randomUUID(),
    text,
    peer_id: "",
    kind: "canvas_user",
    method: "message/send",
    created_at: "2026-05-04T10:11:12Z",
    ...more,
  };
}

const FULL = message("with everything", {
  kind: "peer_agent",
  peer_id: crypto.randomUUID(),
  arrival_workspace_id: "ws-1",
  peer_name: "Bob",
  peer_role: "research",
  agent_card_url: "http://127.0.0.1/registry/discover/x",
  attachments: [{
    kind: "file",
    uri: "workspace:/tmp/a.csv",
    mime_type: "text/csv",
    name: "a.csv",
  }],
});

Deno.test("inbox_peek lists users' messages, then peers', oldest first in each, and removes none", async () => {
  await using team = await startTeam();
  const { agent } = team;
  assertEquals((await agent.ok("inbox_peek")).text, "[]");
  const [one, three] = [message("one"), message("three")];
  for (const each of [one, FULL, three]) agent.inbox.queue.offer(each);
  const messages = [one, three, FULL];
  for (let i = 0; i < 2; i++) {
    const { text, structured } = await agent.ok("inbox_peek");
    assertEquals(structured, { messages });
    assertEquals(JSON.parse(text), messages);
  }
});

Deno.test("inbox_peek shows ten messages unless told how many", async () => {
  await using team = await startTeam();
  const { agent } = team;
  for (let i = 0; i < 12; i++) agent.inbox.queue.offer(message(`${i}`));
  for (
    const [limit, count] of [
      [undefined, 10],
      [3, 3],
      [100, 12],
      [0, 10],
      [-1, 10],
      [1.5, 10],
      ["3", 3],
      [null, 10],
    ] as const
  ) {
    const { structured } = await agent.ok("inbox_peek", limit === undefined ? {} : { limit });
    assertEquals((structured?.messages as unknown[]).length, count, `${limit}`);
  }
});

Deno.test("inbox_pop removes a message for good; repeating it is harmless", async () => {
  await using team = await startTeam();
  const { agent } = team;
  agent.inbox.queue.offer(FULL);
  const activity_id = FULL.activity_id;
  const { text, structured } = await agent.ok("inbox_pop", { activity_id: ` ${activity_id} ` });
  assertEquals(structured, { removed: true, activity_id });
  assertEquals(JSON.parse(text), structured);
  assertEquals(
    (await agent.ok("inbox_pop", { activity_id })).structured,
    { removed: false, activity_id },
  );
  assertEquals(agent.inbox.queue.peek(Infinity).length, 0);
});

Deno.test("inbox_pop needs an id", async () => {
  await using team = await startTeam();
  for (const args of [{}, { activity_id: "" }, { activity_id: " " }]) {
    assertMatch(
      await team.agent.error("inbox_pop", args),
      /^Error: activity_id is required\.?$/,
    );
  }
});

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

Deno.test("a time to wait that is no number is refused by name", async () => {
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

Deno.test("where nobody fetches messages every inbox tool says why", async () => {
  await using team = await startTeam();
  const { agent } = team;
  agent.inbox.reason = "Error: inbox polling is not enabled in this process";
  for (
    const [tool, args] of [
      ["wait_for_message", {}],
      ["inbox_peek", {}],
      ["inbox_pop", { activity_id: "x" }],
    ] as const
  ) assertEquals(await agent.error(tool, args), agent.inbox.reason);
});

Deno.test("a result is fenced and a claim is noted, in wait and peek alike", async () => {
  await using team = await startTeam();
  const { agent } = team;
  const result = message("Four boats", {
    kind: "delegation_result",
    method: "delegate_result",
    attachments: [{ kind: "file", claimed_uri: "workspace:/root/.auth_token" }],
  });
  agent.inbox.queue.offer(result);
  const expected = {
    ...result,
    text: "[A2A_RESULT_FROM_PEER]\nFour boats\n[/A2A_RESULT_FROM_PEER]",
    attachments: [{
      kind: "file",
      claimed_uri: "workspace:/root/.auth_token",
      note: "claimed_uri is only the sender's claim; nothing was fetched from it",
    }],
  };
  assertEquals((await agent.ok("wait_for_message")).structured, expected);
  assertEquals((await agent.ok("inbox_peek")).structured, { messages: [expected] });
});
