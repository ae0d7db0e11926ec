import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { databaseAway } from "../../support/database_away.ts";
import { startTeam } from "../team.ts";

const activity = ({ path }: { path: string }) => path.endsWith("/activity");

Deno.test("while the token is refused an empty inbox is not an answer", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  assertEquals((await agent.ok("inbox_peek")).text, "[]");
  const end = platform.faults.use(databaseAway);
  await agent.error("send_message_to_user", { message: "x" });
  for (const name of ["inbox_peek", "wait_for_message"]) {
    const text = await agent.error(name);
    assertMatch(text, /^Error: no messages? can .*: http.*401: invalid workspace auth token/);
    assertStringIncludes(text, "may be having trouble");
    assert(!text.includes(team.lead.id), "with one workspace it need not be named");
  }
  // Nothing was asked meanwhile: the refusal is fresh.
  assertEquals(platform.requests.filter(activity).length, 0);
  end();
  const { workspace } = agent.router.primary;
  workspace.tokens.clear();
  assertEquals((await agent.ok("inbox_peek")).text, "[]");
});

Deno.test("a wait that is refused in the middle ends soon and says why", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const waiting = agent.error("wait_for_message", { timeout_secs: 300 });
  platform.faults.use(databaseAway);
  await agent.error("send_message_to_user", { message: "x" });
  assertMatch(await waiting, /no message can arrive: .*The workspace token was refused/);
});

Deno.test("a wait after a refusal asks the platform, once the time has come, and goes on", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const end = platform.faults.use(databaseAway);
  await agent.error("send_message_to_user", { message: "x" });
  end();
  const { tokens } = agent.router.primary.workspace;
  tokens.hurry();
  // Within two seconds of the hurry; then the look succeeds and there is nothing to tell.
  let { isError } = await agent.call("wait_for_message", { timeout_secs: 0 });
  while (isError) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ isError } = await agent.call("wait_for_message", { timeout_secs: 0 }));
  }
  assertEquals(tokens.state, "ready");
  assert(platform.requests.some(activity));
});

Deno.test("so does a look, which then finds that all is well", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const end = platform.faults.use(databaseAway);
  await agent.error("send_message_to_user", { message: "x" });
  end();
  agent.router.primary.workspace.tokens.hurry();
  let { isError } = await agent.call("inbox_peek");
  while (isError) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ isError } = await agent.call("inbox_peek"));
  }
  assert(platform.requests.some(activity));
});
