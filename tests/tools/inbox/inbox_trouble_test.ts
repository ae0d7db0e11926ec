import { assertEquals, assertStringIncludes } from "@std/assert";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import type { InboxProblem } from "../../../src/inbox/inbox.ts";
import { startTeam } from "../team.ts";
import { startTenants } from "../tenants.ts";

const FAILING: InboxProblem = { kind: "failing", text: "Cannot fetch messages: HTTP 502" };
const STOPPED: InboxProblem = { kind: "stopped", text: "Cannot receive messages: no space" };
const UNHEARD: InboxProblem = { kind: "unheard", text: "The platform has not yet answered" };
const MESSAGE: InboxMessage = {
  activity_id: crypto.randomUUID(),
  text: "hello",
  peer_id: "",
  kind: "canvas_user",
  method: "message/send",
  created_at: "2026-05-04T10:11:12Z",
};

Deno.test("while fetching fails an empty inbox is not an answer", async () => {
  await using team = await startTeam();
  const { agent, lead } = team;
  for (const problem of [FAILING, STOPPED]) {
    agent.inbox.problems.set(lead.id, problem);
    assertStringIncludes(await agent.error("inbox_peek"), problem.text);
    assertStringIncludes(await agent.error("wait_for_message", { timeout_secs: 0 }), problem.text);
  }
});

Deno.test("the messages at hand are shown, along with the trouble", async () => {
  await using team = await startTeam();
  const { agent, lead } = team;
  agent.inbox.queue.offer(MESSAGE);
  agent.inbox.problems.set(lead.id, FAILING);
  const expected = { messages: [MESSAGE], problem: FAILING.text };
  const { text, structured } = await agent.ok("inbox_peek");
  assertEquals(structured, { ...expected });
  assertEquals(JSON.parse(text), expected);
  const waited = await agent.ok("wait_for_message");
  assertEquals(waited.structured, { ...MESSAGE, problem: FAILING.text });
  assertEquals(JSON.parse(waited.text), waited.structured);
  agent.inbox.problems.clear();
  assertEquals((await agent.ok("inbox_peek")).text, JSON.stringify([MESSAGE]));
});

Deno.test("before the platform was heard an empty inbox says so", async () => {
  await using team = await startTeam();
  const { agent, lead } = team;
  agent.inbox.problems.set(lead.id, UNHEARD);
  const { structured } = await agent.ok("inbox_peek");
  assertEquals(structured, { messages: [], problem: UNHEARD.text });
  const waited = await agent.ok("wait_for_message", { timeout_secs: 0 });
  assertEquals([waited.structured?.timeout, waited.structured?.problem], [true, UNHEARD.text]);
});

Deno.test("a wait lasts through an outage, and gets the message that comes after it", async () => {
  await using team = await startTeam();
  const { agent, lead } = team;
  agent.inbox.problems.set(lead.id, FAILING);
  const wait = agent.inbox.wait.bind(agent.inbox);
  let waits = 0;
  agent.inbox.wait = (...args) => {
    waits += 1;
    return wait(...args);
  };
  const waiting = agent.ok("wait_for_message", { timeout_secs: 30 });
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  agent.inbox.problems.clear();
  agent.inbox.queue.offer(MESSAGE);
  assertEquals((await waiting).structured, { ...MESSAGE });
  assertEquals(waits, 1, "nothing interrupts it");
});

Deno.test("a wait ends soon when nothing can arrive until somebody acts", async () => {
  await using team = await startTeam();
  const { agent, lead } = team;
  const waiting = agent.error("wait_for_message", { timeout_secs: 30 });
  agent.inbox.problems.set(lead.id, STOPPED);
  assertEquals(await waiting, `Error: no message can arrive: ${STOPPED.text}`);
});

Deno.test("with several workspaces, the trouble of one is reported with the answer, by its name", async () => {
  await using team = await startTenants();
  const { agent, tenants } = team;
  const text = `Cannot fetch messages of workspace ${tenants[1].own.id}: HTTP 502`;
  agent.inbox.problems.set(tenants[1].own.id, { kind: "failing", text });
  assertEquals((await agent.ok("inbox_peek")).structured, { messages: [], problem: text });
  const waited = await agent.ok("wait_for_message", { timeout_secs: 0 });
  assertEquals([waited.structured?.timeout, waited.structured?.problem], [true, text]);
});

Deno.test("when there is a message, a fetch that is still under way is not a problem", async () => {
  await using team = await startTeam();
  const { agent, lead } = team;
  agent.inbox.problems.set(lead.id, UNHEARD);
  agent.inbox.queue.offer(MESSAGE);
  assertEquals((await agent.ok("wait_for_message")).structured, { ...MESSAGE });
  assertEquals((await agent.ok("inbox_peek")).structured, { messages: [MESSAGE] });
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
