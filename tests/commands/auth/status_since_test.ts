import { assertEquals, assertMatch } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam } from "../../../src/local/team.ts";
import { runProgram } from "../../cli/support.ts";
import { ServerProcess } from "../../e2e/server_process.ts";
import { processTest } from "../../e2e/whole_process.ts";
import { TestDir } from "../../support/test_dir.ts";

processTest("auth status says since when a running server is refused", async () => {
  await using dir = await TestDir.make();
  await using platform = await startLocalPlatform();
  const [lead] = await createTeam(platform);
  if (!lead) throw new Error("No team");
  platform.revokeTokens(lead.id);
  await platform.createToken(lead.id, "tok-other");
  const env = {
    WORKSPACE_ID: lead.id,
    PLATFORM_URL: platform.url,
    MOLECULE_WORKSPACE_TOKEN: lead.token,
    CONFIGS_DIR: dir.path,
  };
  await using _server = await ServerProcess.start(env);
  for (let look = 0; look < 100; look++) {
    const { code, stdout } = await runProgram({ args: ["auth", "status", "--json"], env });
    assertEquals(code, 3);
    const since = JSON.parse(stdout).workspaces[0].refused_since;
    if (since === null) continue; // It has not registered yet.
    assertMatch(since, /^\d{4}-\d\d-\d\dT/);
    const { stdout: text } = await runProgram({ args: ["auth", "status"], env });
    assertMatch(
      text,
      /FAIL refused {6}the server that runs was first refused \d+ s ago \(\d\d:\d\d\)/,
    );
    return;
  }
  throw new Error("No server told since when");
});
