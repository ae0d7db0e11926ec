import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { join } from "@std/path";
import { writePrivateFile } from "../../src/lib/files/private_file.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import { testTeam } from "../e2e/test_workspace.ts";
import { processTest } from "../e2e/whole_process.ts";
import { databaseAway } from "../support/database_away.ts";
import { errorText } from "../../src/lib/error_text.ts";

const AWAY_MS = 30_000;
const HEALED_WITHIN_MS = 60_000;

const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

processTest("a database that is away for 30 s: healed within 60 s, no false advice", async () => {
  await using team = await testTeam();
  const { platform, id, stateDir, env } = team;
  await writePrivateFile(join(stateDir, ".auth_token"), "tok-Stale_TokenOfLastYear-0123456789");
  await using server = await ServerProcess.start(env);
  assertMatch(await server.call("list_peers"), /Researcher/);

  const end = platform.faults.use(databaseAway);
  platform.clearRequests();
  const errors: string[] = [];
  const attempt = async () => {
    try {
      await server.call("send_message_to_user", { message: "Hello" });
      return true;
    } catch (error) {
      errors.push(errorText(error));
      return false;
    }
  };
  for (const endMs = performance.now() + AWAY_MS; performance.now() < endMs; await pause(500)) {
    assert(!await attempt());
  }
  const refused = platform.requests.filter(({ path }) => path.startsWith(`/workspaces/${id}/`));
  // Rounds of two tokens at 0, 2, 6, 14 and 30 s, a little earlier by chance.
  assert(refused.length <= 2 * 7 + 4, `${refused.length} refused requests`);
  end();
  const backAtMs = performance.now();
  while (!await attempt()) await pause(500);
  assert(performance.now() - backAtMs < HEALED_WITHIN_MS);
  for (const error of errors) assertNotMatch(error, /new token|Create/);

  await platform.sendAsUser(id, "Are you back?");
  const text = await server.call("wait_for_message", { timeout_secs: 60 });
  assertMatch(text, /Are you back\?/);
  assertNotMatch(server.stderr, /new token|Create/);
  assertEquals(platform.userMessages(id).length, 1);
});
