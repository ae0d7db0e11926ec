import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ServerProcess } from "./server_process.ts";
import { type TeamStage, teamStage } from "./stage.ts";
import { processTest } from "./whole_process.ts";

/** As a person or a rotation job does it: a new file in the place of the old one. */
async function replaceTokenFile({ stateDir }: TeamStage, token: string): Promise<void> {
  const path = join(stateDir, ".auth_token");
  await Deno.writeTextFile(`${path}.new`, `${token}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
}

/** The calls that list_peers makes; what presence and inbox do beside it does not count. */
function peerCalls({ platform, id }: TeamStage) {
  return platform.requests.filter(({ path }) => path === `/registry/${id}/peers`);
}

processTest("a token file replaced while it runs is used from the next call on", async () => {
  await using stage = await teamStage();
  const { platform, token } = stage;
  const { MOLECULE_WORKSPACE_TOKEN: _unset, ...env } = stage.env;
  await replaceTokenFile(stage, token);
  await using server = await ServerProcess.start(env);
  assertMatch(await server.call("list_peers"), /Researcher/);

  const next = await platform.createToken(stage.id);
  await replaceTokenFile(stage, next);
  await platform.revokeToken(token);
  assertMatch(await server.call("list_peers"), /Researcher/);
  platform.clearRequests();
  assertMatch(await server.call("list_peers"), /Researcher/);
  const bearers = peerCalls(stage).map(({ headers }) => headers.authorization);
  assert(bearers.length === 1 && bearers[0] === `Bearer ${next}`, "One call, with the new token");
});

processTest(
  "with file and variable both revoked, a call asks at most once per token and says what is known",
  async () => {
    await using stage = await teamStage();
    const { platform, id, token, env } = stage;
    const saved = await platform.createToken(id);
    await platform.createToken(id); // The workspace keeps a live token; the server has not got it.
    await replaceTokenFile(stage, saved);
    await using server = await ServerProcess.start(env);
    assertMatch(await server.call("list_peers"), /Researcher/);
    for (const revoked of [saved, token]) await platform.revokeToken(revoked);

    for (const round of [1, 2, 3]) {
      platform.clearRequests();
      const { message } = await assertRejects(() => server.call("list_peers"), Error);
      assertMatch(message, /401/);
      assertMatch(message, /tried: \.auth_token in \S+, MOLECULE_WORKSPACE_TOKEN\)/);
      assert(!message.includes(saved) && !message.includes(token), "A token shows");
      const asked = peerCalls(stage).length;
      assert(asked <= 2, `Round ${round}: ${asked} calls for two tokens`);
    }
    assert(!server.stderr.includes(saved) && !server.stderr.includes(token), "A token shows");

    // It heals without a restart.
    await replaceTokenFile(stage, await platform.createToken(id));
    assertMatch(await server.call("list_peers"), /Researcher/);
  },
);

processTest("a stale file beside a good variable heals at the start", async () => {
  await using stage = await teamStage();
  const { platform, id, token, env } = stage;
  const stale = await platform.createToken(id);
  await platform.revokeToken(stale);
  await replaceTokenFile(stage, stale);
  await using server = await ServerProcess.start(env);
  assertMatch(await server.call("list_peers"), /Researcher/);
  platform.clearRequests();
  assertMatch(await server.call("list_peers"), /Researcher/);
  const bearers = peerCalls(stage).map(({ headers }) => headers.authorization);
  assertEquals(bearers.length, 1);
  assert(bearers[0] === `Bearer ${token}`, "The good one, at the first attempt");
});
