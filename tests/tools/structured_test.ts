import { assert, assertEquals, assertMatch } from "@std/assert";
import type { InboxMessage } from "../../src/inbox/message.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { requestCalls, startTeam, type Team } from "./team.ts";
import type { Result } from "./agent.ts";

const MESSAGE: InboxMessage = {
  activity_id: "3c1d5a8e-42b7-4f60-8e19-9a7b6c5d4e3f",
  text: "zebra1 said this",
  peer_id: "",
  kind: "canvas_user",
  method: "message/send",
  created_at: "2026-05-04T10:20:30Z",
  note: "zebra2",
};

/**
 * Whatever has a digit in it is a fact: an id, a time, a count, and every word that came from outside
 * here; a note is one too. The text may say nothing that the data do not say.
 */
function missingFacts({ text, structured }: Result): string[] {
  const data = JSON.stringify(structured).replaceAll("\\n", " ").replaceAll("\\", "");
  const facts = text.replaceAll("\\n", " ").replaceAll("\\", "")
    .match(/[\w-]*\d[\w-]*|^Note: .*$/gm) ?? [];
  return facts.filter((fact) => !data.includes(fact));
}

type Calls = readonly [tool: string, args: JsonObject][];

/** Each of these answers with data. */
const CALLS = async ({ peer, lead, platform }: Team): Promise<Calls> => [
  ["delegate_task", { workspace_id: peer.id, task: "zebra3" }],
  ["delegate_task_async", { workspace_id: peer.id, task: "zebra4" }],
  ["check_task_status", {}],
  ["check_task_status", { task_id: "11111111-2222-4333-8444-555555555555" }],
  ["list_peers", {}],
  ["get_workspace_info", {}],
  ["get_runtime_identity", {}],
  ["update_agent_card", { card: { name: "zebra5" } }],
  ["broadcast_message", { message: "zebra6" }],
  ["send_message_to_user", { message: "zebra7" }],
  ["wait_for_message", { timeout_secs: 1 }],
  ["inbox_peek", {}],
  ["chat_history", { peer_id: peer.id }],
  ["inbox_pop", { activity_id: MESSAGE.activity_id }],
  ["inbox_pop", { activity_id: "zebra8" }],
  ["wait_for_message", { timeout_secs: 0 }],
  ["commit_memory", { content: "zebra9", scope: "LOCAL" }],
  ["commit_memory", { content: `zebra9 ${lead.token}`, scope: "LOCAL" }],
  ["recall_memory", {}],
  ["create_request", { kind: "task", title: "zebra30", recipient_id: peer.id }],
  ["create_approval", { action: "zebra31", reason: "zebra32" }],
  ["check_requests", {}],
  ["list_inbox", {}],
  ["list_inbox", { status: "open" }],
  ...await requestCalls(platform, lead, peer),
];

/** What a platform in trouble, or one that nobody knows, answers. */
const ANSWERS: Record<string, () => Response> = {
  "500": () => Response.json({ error: "zebra10 broke" }, { status: 500 }),
  "403": () => Response.json({ error: "zebra11", hint: "zebra12" }, { status: 403 }),
  "an odd object": () => Response.json({ zebra13: ["zebra14"] }),
  "an odd list": () => Response.json([{ zebra15: "zebra16" }, 17, null]),
};

async function stageOfAll(): Promise<Team> {
  const team = await startTeam({
    peer: { name: "zebra20", role: "zebra21" },
    lead: { abilities: { broadcast: true, delegate: true, talkToUser: true } },
  });
  team.agent.inbox.queue.offer(MESSAGE);
  return team;
}

Deno.test("what the text of a result says its data say as well, for every tool", async () => {
  await using team = await stageOfAll();
  const calls = await CALLS(team);
  const used = new Set(calls.map(([name]) => name));
  assertEquals(TOOLS.map(({ name }) => name).filter((name) => !used.has(name)), []);
  for (const [name, args] of calls) {
    const result = await team.agent.call(name, args);
    assert(result.structured, `${name}: ${result.text}`);
    assertEquals(missingFacts(result), [], `${name}: ${result.text}`);
  }
});

/** Every word and number in the data, but keys, and a count of nothing, which no text mentions. */
function values(data: unknown): string[] {
  if (!data || typeof data === "boolean") return [];
  return typeof data === "object" ? Object.values(data).flatMap(values) : [String(data)];
}

Deno.test("what the data of a result say its text says as well, for every tool", async () => {
  await using team = await stageOfAll();
  for (const [name, args] of await CALLS(team)) {
    const { text, structured } = await team.agent.call(name, args);
    const plain = text.replaceAll("\\n", " ").replaceAll("\\", "");
    const said = values(structured).flatMap((value) => value.match(/[\w-]*\d[\w-]*/g) ?? []);
    const missing = said.filter((fact) => !plain.includes(fact));
    // No tool takes the id of a memory.
    if (name === "recall_memory") assert(missing.every((fact) => fact.length === 36), text);
    else assertEquals(missing, [], `${name}: ${text}`);
  }
});

for (const [what, answer] of Object.entries(ANSWERS)) {
  Deno.test(`with a platform that answers ${what} as well, or there are no data to hide the text`, async () => {
    await using team = await stageOfAll();
    const calls = await CALLS(team);
    team.platform.faults.use(answer);
    for (const [name, args] of calls) {
      const result = await team.agent.call(name, args);
      if (result.structured) assertEquals(missingFacts(result), [], `${name}: ${result.text}`);
      else assert(result.isError, name);
    }
  });
}

/** As many bytes as all of it has, which must be bounded. */
function size({ text, structured }: Result): number[] {
  return [text, JSON.stringify(structured)].map((part) =>
    new TextEncoder().encode(part).byteLength
  );
}

const MAX_BYTES = 280 * 1024;

Deno.test("lists have a total bound, and say in text and data what was left out", async () => {
  await using team = await stageOfAll();
  const { agent, peer, platform } = team;
  for (let count = 0; count < 20; count++) {
    const text = "zebra ".repeat(10_000);
    agent.inbox.queue.offer({ ...MESSAGE, activity_id: `id-${count}`, text });
  }
  const row = (count: number) => ({
    id: `row-${count}`,
    created_at: `2026-05-04T10:20:${String(99 - count)}Z`,
    content: "zebra ".repeat(10_000),
    scope: "LOCAL",
  });
  const rows = Array.from({ length: 20 }, (_, count) => row(count));
  const peers = Array.from({ length: 3_000 }, () => ({ ...peer, name: "zebra ".repeat(15) }));
  platform.faults.use(({ path }) => Response.json(path.endsWith("/peers") ? peers : rows));
  const calls = [
    ["inbox_peek", { limit: 200 }, /^1[567] more do not fit in one result: pop some/m],
    [
      "chat_history",
      { peer_id: peer.id },
      /^1\d older rows .*: ask for them with before_ts=2026-/m,
    ],
    ["recall_memory", {}, /^1\d more do not fit in one result/m],
    ["list_peers", {}, /^\d{4} more peers are left out/m],
  ] as const;
  for (const [name, args, note] of calls) {
    const result = await agent.ok(name, args);
    assert(size(result).every((bytes) => bytes < MAX_BYTES), `${name}: ${size(result)}`);
    assertMatch(result.text, note);
    assertMatch(String(result.structured?.note), note);
    assertEquals(missingFacts(result), [], name);
  }
});

Deno.test("of a long history the newest rows are shown, the oldest of them first", async () => {
  await using team = await startTeam();
  const rows = [3, 2, 1].map((count) => ({
    id: `row-${count}`,
    created_at: `2026-05-04T10:20:0${count}Z`,
    texts: ["a", "b"].map((text) => text.repeat(60_000)),
  }));
  team.platform.faults.use(() => Response.json(rows));
  const { structured } = await team.agent.ok("chat_history", { peer_id: team.peer.id });
  assert(Array.isArray(structured?.messages));
  assertEquals(structured.messages.map(({ id }) => id), ["row-2", "row-3"]);
  assertMatch(String(structured.note), /^1 older rows .* before_ts=2026-05-04T10:20:02Z$/);
});
