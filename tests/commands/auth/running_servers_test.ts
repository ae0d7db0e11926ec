import { assertEquals, assertStringIncludes } from "@std/assert";
import { runProgram } from "../../cli/support.ts";
import { ServerProcess } from "../../e2e/server_process.ts";
import { testWorkspace } from "../../e2e/test_workspace.ts";
import { processTest } from "../../e2e/whole_process.ts";
import { afterLogin, afterLogout } from "../../../src/commands/auth/running_servers.ts";
import { findServers } from "../../../src/commands/status/find_servers.ts";

processTest("who changes the token is told of the server that runs", async () => {
  await using workspace = await testWorkspace();
  const { env, stateDir, id } = workspace;
  const profile = undefined;
  assertEquals(await afterLogin(stateDir, profile, id), []);
  {
    await using server = await ServerProcess.start(env, { clientName: "claude-code" });
    const place = { profile: null, state_dir: stateDir };
    while ((await findServers([place])).servers[0]?.client == null) {
      await new Promise((done) => setTimeout(done, 50));
    }
    const called = `running: the server of claude-code (pid ${server.pid}).`;
    const [same = ""] = await afterLogin(stateDir, profile, id);
    assertStringIncludes(same.replace("Running now", "running"), called);
    assertStringIncludes(same, "takes the new token by itself");
    const [other = ""] = await afterLogin(stateDir, profile, crypto.randomUUID());
    assertStringIncludes(other, "stays with its workspace until its client is restarted");
    const [out = ""] = await afterLogout(stateDir, profile);
    assertStringIncludes(out, "keeps the token that it has read");
    const { stderr } = await runProgram({
      args: ["auth", "logout"],
      env: { CONFIGS_DIR: stateDir, MOLECULE_WORKSPACE_TOKEN: "t" },
    });
    assertStringIncludes(stderr, "the server of claude-code");
    assertStringIncludes(stderr, "goes on using that");
  }
  assertEquals(await afterLogout(stateDir, profile), []);
});
