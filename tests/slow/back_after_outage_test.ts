import { assertEquals } from "@std/assert";
import { testWorkspace } from "../e2e/test_workspace.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import { processTest } from "../e2e/whole_process.ts";

/** Long enough for the back-off to have grown far beyond the wait. */
const OUTAGE_MS = 70_000;
const WAIT_SECS = 8;

processTest("after a long outage the message comes while the agent waits", async () => {
  await using workspace = await testWorkspace();
  const { platform, id, env } = workspace;
  await using server = await ServerProcess.start(env);
  const end = platform.faults.use(() => "drop");
  await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
  await platform.sendAsUser(id, "back again");
  end();
  const message = await server.call("wait_for_message", { timeout_secs: WAIT_SECS });
  assertEquals(JSON.parse(message).text, "back again");
});
