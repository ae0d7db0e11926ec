import { assertEquals, assertStringIncludes } from "@std/assert";
import type { StoreLimits } from "../../../src/local/state/bounded_store.ts";
import { startTeam, type Team } from "../support.ts";

/** What the team itself needs fits. */
const limits = (less: Partial<StoreLimits>) => ({ storeLimits: { workspaces: 5, ...less } });

async function report({ lead }: Team, summary: string): Promise<void> {
  const { status } = await lead.post(`/workspaces/${lead.id}/activity`, {
    activity_type: "agent_log",
    summary,
  });
  assertEquals(status, 200);
}

Deno.test("bounds: the oldest rows of an activity log go, and a cursor at one is unknown then", async () => {
  await using team = await startTeam(limits({ activityRows: 4 }));
  const { lead, researcher, platform } = team;
  await lead.send(researcher.id, "Of another workspace");
  await report(team, "1");
  const [oldest] = platform.activity(lead.id);
  const kept = () => platform.activity(lead.id).map(({ summary }) => summary);
  for (const i of [2, 3, 4, 5]) await report(team, String(i));
  assertEquals(kept(), ["1", "2", "3", "4", "5"]);
  await report(team, "6");
  assertEquals(kept(), ["3", "4", "5", "6"]);
  const after = await lead.get(`/workspaces/${lead.id}/activity?since_id=${oldest?.id}`);
  assertEquals(after.status, 410);
  for (const i of [7, 8]) await report(team, String(i));
  assertEquals(kept(), ["5", "6", "7", "8"]);
  assertEquals(platform.activity(researcher.id).length, 1);
});

Deno.test("bounds: a workspace, a memory or a file too many is refused as when the database fails", async () => {
  await using team = await startTeam(limits({ memories: 1, uploadBytes: 10 }));
  const { lead } = team;
  const registered = await lead.post("/registry/register", {
    id: crypto.randomUUID(),
    agent_card: {},
    delivery_mode: "poll",
  });
  assertEquals([registered.status, registered.body], [500, { error: "registration failed" }]);
  const remember = () =>
    lead.post(`/workspaces/${lead.id}/memories`, { content: "Tea at five", scope: "LOCAL" });
  assertEquals((await remember()).status, 201);
  assertStringIncludes((await remember()).text, "failed to store memory");
  const upload = async (size: number) => {
    const form = new FormData();
    form.append("files", new File(["x".repeat(size)], "a.txt"));
    return (await lead.post(`/workspaces/${lead.id}/chat/uploads`, form)).status;
  };
  assertEquals([await upload(11), await upload(6), await upload(5), await upload(4)], [
    500,
    200,
    500,
    200,
  ]);
});
