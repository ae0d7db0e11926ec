import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ServerProcess } from "./server_process.ts";
import { replaceFile } from "../../src/lib/files/replace_file.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

/** As a person or a rotation job does it: a new file in the place of the old one. */
async function replaceTokenFile({ stateDir }: TestTeam, token: string): Promise<void> {
  const path = join(stateDir, ".auth_token");
  await Deno.writeTextFile(`${path}.new`, `${token}\n`, { mode: 0o600 });
  // With patience: Windows may refuse it while the program reads the old one.
  await replaceFile(`${path}.new`, path);
}

/** The calls that list_peers makes; what presence and inbox do beside it does not count. */
function peerCalls({ platform, id }: TestTeam) {
  return platform.requests.filter(({ path }) => path === `/registry/${id}/peers`);
}

processTest("a token file replaced while it runs is used from the next call on", async () => {
  await using team = await testTeam();
  const { platform, token } = team;
  const { MOLECULE_WORKSPACE_TOKEN: _unset, ...env } = team.env;
  await replaceTokenFile(team, token);
  await using server = await ServerProcess.start(env);
  assertMatch(await server.call("list_peers"), /Researcher/);

  const next = await platform.createToken(team.id);
  await replaceTokenFile(team, next);
  await platform.revokeToken(token);
  assertMatch(await server.call("list_peers"), /Researcher/);
  platform.clearRequests();
  assertMatch(await server.call("list_peers"), /Researcher/);
  const bearers = peerCalls(team).map(({ headers }) => headers.authorization);
  assert(bearers.length === 1 && bearers[0] === `Bearer ${next}`, "One call, with the new token");
});

processTest(
  "with file and variable both revoked, a call asks at most once per token and says what is known",
  async () => {
    await using team = await testTeam();
    const { platform, id, token, env } = team;
    const saved = await platform.createToken(id);
    await platform.createToken(id); // The workspace keeps a live token; the server has not got it.
    await replaceTokenFile(team, saved);
    await using server = await ServerProcess.start(env);
    assertMatch(await server.call("list_peers"), /Researcher/);
    for (const revoked of [saved, token]) await platform.revokeToken(revoked);

    for (const round of [1, 2, 3]) {
      platform.clearRequests();
      const { message } = await assertRejects(() => server.call("list_peers"), Error);
      assertMatch(message, /401/);
      assertMatch(message, /tried: \.auth_token in \S+, MOLECULE_WORKSPACE_TOKEN\)/);
      assert(!message.includes(saved) && !message.includes(token), "A token shows");
      const asked = peerCalls(team).length;
      assert(asked <= 2, `Round ${round}: ${asked} calls for two tokens`);
    }
    assert(!server.stderr.includes(saved) && !server.stderr.includes(token), "A token shows");

    // It heals without a restart.
    await replaceTokenFile(team, await platform.createToken(id));
    assertMatch(await server.call("list_peers"), /Researcher/);
  },
);

processTest("a stale file is recovered from at the start when the variable is good", async () => {
  await using team = await testTeam();
  const { platform, id, token, env } = team;
  const stale = await platform.createToken(id);
  await platform.revokeToken(stale);
  await replaceTokenFile(team, stale);
  await using server = await ServerProcess.start(env);
  assertMatch(await server.call("list_peers"), /Researcher/);
  platform.clearRequests();
  assertMatch(await server.call("list_peers"), /Researcher/);
  const bearers = peerCalls(team).map(({ headers }) => headers.authorization);
  assertEquals(bearers.length, 1);
  assert(bearers[0] === `Bearer ${token}`, "The good one, at the first attempt");
});
