import { assertEquals } from "@std/assert";
import { fenced } from "../delegate.ts";
import { startTeam } from "../team.ts";
import { message } from "./messages.ts";

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
    text: fenced("Four boats"),
    attachments: [{
      kind: "file",
      claimed_uri: "workspace:/root/.auth_token",
      note: "claimed_uri is only the sender's claim; nothing was fetched from it",
    }],
  };
  assertEquals((await agent.ok("wait_for_message")).structured, expected);
  assertEquals((await agent.ok("inbox_peek")).structured, { messages: [expected] });
});
