import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { asks, changes, raised } from "../requests/asked.ts";
import { startTeam } from "../team.ts";

Deno.test("who is asked asks back, and who asked answers", async () => {
  await using team = await startTeam();
  const { agent, platform, lead, peer } = team;
  const id = await asks({ platform, by: peer }, lead);
  const { text, structured } = await agent.ok("add_request_message", {
    request_id: id,
    body: " Which boats? ",
  });
  assertEquals(changes(platform), [[`/workspaces/${lead.id}/requests/${id}/messages`, {
    body: "Which boats?",
    author_type: "agent",
    author_id: lead.id,
  }]]);
  const [message] = platform.store.requestMessages(id, 10);
  assertEquals(
    text,
    `Message added to the request ${id} (id ${message?.id}). If you expect an answer, get_request ` +
      "with wait_secs waits for it.",
  );
  assertEquals(structured, { request_id: id, message_id: message?.id });
  assertEquals(platform.store.request(id)?.status, "info_requested");
  const own = await raised(agent);
  await agent.ok("add_request_message", { request_id: own, body: "The blue ones" });
  assertEquals(platform.store.request(own)?.status, "pending");
  // What comes of it is looked for soon.
  assertEquals(agent.inbox.written, [lead.id, lead.id]);
});

Deno.test("nothing to write, and a request of others", async () => {
  await using team = await startTeam();
  const { agent, platform, peer } = team;
  const id = await raised(agent);
  platform.clearRequests();
  assertEquals(
    await agent.error("add_request_message", { request_id: id, body: "\n" }),
    "Error: body is required",
  );
  assertEquals(platform.requests.length, 0);
  const theirs = await asks({ platform, by: peer }, peer);
  assertStringIncludes(
    await agent.error("add_request_message", { request_id: theirs, body: "x" }),
    "not a participant. The request is between others",
  );
});

Deno.test("it is written once, and the agent hears that it may be there when the answer is lost", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const id = await raised(agent);
  platform.faults.after(({ path }) => path.endsWith("/messages") ? "drop" : undefined);
  const text = await agent.error("add_request_message", { request_id: id, body: "x" });
  assertMatch(text, /may have been added all the same: look with get_request before you write it/);
  assertEquals(platform.store.requestMessages(id, 10).length, 1);
});
