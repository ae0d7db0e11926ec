import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { asks, raised } from "../requests/asked.ts";
import { startTeam } from "../team.ts";

Deno.test("a request is taken back, and the agent hears that nobody is told", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const id = await raised(agent);
  const { text, structured } = await agent.ok("cancel_request", { request_id: id });
  assertStringIncludes(text, `The request ${id} is now cancelled. The platform tells nobody`);
  assertEquals(structured, { request_id: id, status: "cancelled" });
  assertEquals(platform.store.request(id)?.status, "cancelled");
  // It is no news to the agent then.
  assertEquals(agent.inbox.cancelled, [`${team.lead.id} ${id}`]);
  assertMatch(
    await agent.error("cancel_request", { request_id: id }),
    /is closed already: cancelled by who raised it, or by the user\. Nothing was changed/,
  );
  // The agent has heard of it.
  assertEquals(agent.inbox.cancelled.length, 2);
});

Deno.test("who is asked does not take it back", async () => {
  await using team = await startTeam();
  const { agent, platform, lead, peer } = team;
  const id = await asks({ platform, by: peer }, lead);
  assertStringIncludes(
    await agent.error("cancel_request", { request_id: id }),
    "403: not the requester. Only who raised a request takes it back.",
  );
  assertEquals(agent.inbox.cancelled, []);
});

Deno.test("one that was decided meanwhile says so", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const id = await raised(agent, { kind: "approval" });
  await platform.respondAsPerson(id, "approved");
  assertMatch(
    await agent.error("cancel_request", { request_id: id }),
    /is closed already: approved by the user\./,
  );
  assertEquals(agent.inbox.cancelled, []);
});

Deno.test("when the answer is lost, the request says whether it was taken back", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const id = await raised(agent);
  const isCancel = ({ path }: { path: string }) => path.endsWith("/cancel");
  const end = platform.faults.use((request) => isCancel(request) ? "drop" : undefined);
  assertMatch(
    await agent.error("cancel_request", { request_id: id }),
    /is still pending: call cancel_request again, which can do no harm/,
  );
  end();
  platform.faults.after((request) => isCancel(request) ? "drop" : undefined);
  await agent.ok("cancel_request", { request_id: id });
});
