import { assertEquals, assertStringIncludes } from "@std/assert";
import { startTeam, type Team } from "../team.ts";

async function talk({ agent, peer, platform }: Team, count: number) {
  for (let i = 0; i < count; i++) {
    const logged = platform.nextRequest(({ path }) => path.endsWith("/activity"));
    await agent.ok("delegate_task", { workspace_id: peer.id, task: `task ${i}` });
    await (await logged).answered;
  }
}

function query({ platform }: Team) {
  return platform.requests.findLast(({ method }) => method === "GET")?.query;
}

Deno.test("the log with one peer, oldest first", async () => {
  await using team = await startTeam();
  await talk(team, 3);
  const { text, structured } = await team.agent.ok("chat_history", { peer_id: team.peer.id });
  const messages = structured?.messages as Record<string, Record<string, unknown>>[];
  assertEquals(JSON.parse(text), messages);
  assertEquals(messages.map(({ request_body }) => request_body?.task), [
    "task 0",
    "task 1",
    "task 2",
  ]);
});

Deno.test("the limit is bounded, and what is not a limit becomes the default", async () => {
  await using team = await startTeam();
  for (
    const [limit, sent] of [
      [5, "5"],
      [500, "500"],
      [501, "500"],
      [0, "20"],
      [-3, "20"],
      [2.5, "20"],
      ["7", "7"],
      [null, "20"],
      [undefined, "20"],
    ] as const
  ) {
    await team.agent.ok("chat_history", {
      peer_id: team.peer.id,
      ...(limit !== undefined && { limit }),
    });
    assertEquals(query(team), { peer_id: team.peer.id, limit: sent });
  }
});

Deno.test("a limit that is not a number is refused by name", async () => {
  await using team = await startTeam();
  for (const limit of ["many", "", "5 rows", "0x10", true, [5]]) {
    assertEquals(
      await team.agent.error("chat_history", { peer_id: team.peer.id, limit }),
      "Error: invalid arguments for chat_history: limit: expected number",
    );
  }
});

Deno.test("older rows are paged by time", async () => {
  await using team = await startTeam();
  await talk(team, 2);
  const page = async (args: Record<string, string>) => {
    const { structured } = await team.agent.ok("chat_history", {
      peer_id: team.peer.id,
      ...args,
    });
    return structured?.messages as { id: string; created_at: string }[];
  };
  const [first, second] = await page({});
  const older = await page({ before_ts: ` ${second?.created_at} ` });
  assertEquals(older, [first]);
  assertEquals((await page({ before_ts: "" })).length, 2);
  assertStringIncludes(
    await team.agent.error("chat_history", { peer_id: team.peer.id, before_ts: "yesterday" }),
    "before_ts must be an RFC3339 timestamp",
  );
});

Deno.test("a peer id is needed, and must be one", async () => {
  await using team = await startTeam();
  for (const args of [{}, { peer_id: "" }, { peer_id: "  " }]) {
    assertEquals(await team.agent.error("chat_history", args), "Error: peer_id is required");
  }
  assertEquals(
    await team.agent.error("chat_history", { peer_id: "../x" }),
    "Error: peer_id must be a UUID, as shown by list_peers",
  );
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("rows are cleaned, and what is not a row is left out", async () => {
  await using team = await startTeam();
  team.platform.faults.use(() =>
    Response.json([
      5,
      null,
      { id: "b", request_body: { params: { message: { parts: [{ text: "a\u202eb\x1b[2J" }] } } } },
      { id: "a", "key\u0000": "x" },
    ])
  );
  const { structured } = await team.agent.ok("chat_history", { peer_id: team.peer.id });
  assertEquals(structured?.messages, [
    { id: "a", key: "x" },
    { id: "b", request_body: { params: { message: { parts: [{ text: "ab[2J" }] } } } },
  ]);
});
