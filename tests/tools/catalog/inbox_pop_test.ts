import { assertEquals, assertMatch } from "@std/assert";
import { startTeam } from "../team.ts";
import { FULL } from "../inbox/messages.ts";

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
