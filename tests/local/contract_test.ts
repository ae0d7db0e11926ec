import { assertEquals } from "@std/assert";
import { a2aReplays, delegationReplays } from "./contract/a2a.ts";
import { activityReplays, messageAndFileReplays } from "./contract/activity.ts";
import { assertAnswer, cases } from "./contract/fixtures.ts";
import { leftOut } from "./contract/left_out.ts";
import { memoryReplays, tokenReplays } from "./contract/memories_tokens.ts";
import { registryReplays } from "./contract/registry.ts";
import { replayCase } from "./contract/world.ts";

const replays = {
  ...registryReplays,
  ...a2aReplays,
  ...delegationReplays,
  ...activityReplays,
  ...messageAndFileReplays,
  ...memoryReplays,
  ...tokenReplays,
};

Deno.test("every example exchange is either replayed or left out for a reason", () => {
  const listed = [...Object.keys(replays), ...Object.keys(leftOut)];
  assertEquals(listed.toSorted(), cases.map((example) => example.id).toSorted());
});

Deno.test("the local platform answers every example exchange as the platform does", async (t) => {
  for (const example of cases) {
    const replay = replays[example.id];
    if (!replay) continue;
    await t.step(
      `${example.id}: ${example.endpoint} answers ${example.response.status}`,
      async () => {
        const { answer, baseUrl } = await replayCase(example, replay);
        assertAnswer(answer, example, baseUrl, replay);
      },
    );
  }
});
