import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Received, testWorkspace } from "../e2e/test_workspace.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import { processTest } from "../e2e/whole_process.ts";
import { NO_REMOVAL_WHILE_OPEN } from "../support/test_unless.ts";

/** The promise is 5 s; the rest is for a busy machine. */
const NOTICED_WITHIN_MS = 15_000;

processTest(
  "a lock file removed while it is held: the first process stops, one of two delivers",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env, stateDir } = workspace;
    await using first = await ServerProcess.start(env);
    await platform.sendAsUser(id, "one");
    assertEquals((await received(first)).text, "one");
    await Deno.remove(join(stateDir, `.mcp_inbox_lock_${id}`));
    await using second = await ServerProcess.start(env);
    assertEquals((await received(second)).text, "one");

    const refusal = await untilRefused(first);
    assertStringIncludes(refusal, `process ${second.pid} delivers`);
    assertStringIncludes(first.stderr, "was removed or replaced");
    const { activity_id } = await received(second);
    await second.call("inbox_pop", { activity_id });
    second.kill();
    await platform.sendAsUser(id, "two");
    assertEquals((await untilReceived(first)).text, "two");
  },
  NO_REMOVAL_WHILE_OPEN,
);

async function received(server: ServerProcess): Promise<Received> {
  return JSON.parse(await server.call("wait_for_message", { timeout_secs: 20 }));
}

async function untilRefused(server: ServerProcess): Promise<string> {
  for (const end = Date.now() + NOTICED_WITHIN_MS; Date.now() < end;) {
    const answer = await server.call("inbox_peek").catch(String);
    if (answer.includes("delivers the messages")) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("The loss of the lock was not noticed");
}

async function untilReceived(server: ServerProcess): Promise<Received> {
  for (const end = Date.now() + NOTICED_WITHIN_MS; Date.now() < end;) {
    const message: Received | undefined = await received(server).catch(() => undefined);
    if (message) return message;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert(false, "It did not take over");
}
