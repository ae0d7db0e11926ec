import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { field } from "../../src/lib/json.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { testTeam } from "./test_workspace.ts";

/** Wine stalls for seconds, in both processes, once there are 300 sockets. */
const OF_EACH = Deno.env.has("WINELOADER") ? 50 : 250;

Deno.test("hundreds of calls at the same time get each its own answer, while a message is awaited", async () => {
  // N1 searches the memories by itself.
  await using team = await testTeam({ recordRequests: false, version: "n1" });
  await using server = RawProcess.start(team.env);
  await server.initialize();
  const call = async (name: string, args: Record<string, unknown>) => {
    const answer = await server.request("tools/call", { name, arguments: args });
    assert(answer.error === undefined, textOf(answer));
    return answer;
  };
  // Under load it takes a moment to know that no other process delivers.
  while (field((await call("inbox_peek", {})).result, "isError")) continue;
  let messageCame = false;
  const waiting = call("wait_for_message", { timeout_secs: 60 }).then((answer) => {
    messageCame = true;
    return textOf(answer);
  });

  const numbers = Array.from({ length: OF_EACH }, (_, index) => String(index).padStart(3, "0"));
  const memoryIds = new Set<unknown>();
  await Promise.all(numbers.flatMap((number) => [
    // Two calls, one after the other: what is stored is found under the same number.
    (async () => {
      const stored = await call("commit_memory", { content: `boat no${number}x` });
      memoryIds.add(field(field(stored.result, "structuredContent"), "id"));
      const found = await call("recall_memory", { query: `no${number}x` });
      assertEquals(textOf(found), `[LOCAL] boat no${number}x`);
    })(),
    (async () => {
      const id = crypto.randomUUID();
      const answer = textOf(await call("check_task_status", { task_id: id }));
      assertEquals(JSON.parse(answer), { status: "not_found", delegation_id: id });
    })(),
    (async () => {
      const id = crypto.randomUUID();
      const answer = await call("delegate_task", { workspace_id: id, task: number });
      assertStringIncludes(textOf(answer), `workspace ${id} not found`);
    })(),
  ]));
  assertEquals(memoryIds.size, OF_EACH);
  assert(!messageCame, "Nobody wrote yet");
  await team.platform.sendAsUser(team.id, "Are you still there?");
  assertEquals(field(JSON.parse(await waiting), "text"), "Are you still there?");
});
