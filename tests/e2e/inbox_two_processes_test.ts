import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Received, testWorkspace } from "./test_workspace.ts";
import { ServerProcess } from "./server_process.ts";
import { processTest } from "./whole_process.ts";

processTest(
  "one of two processes delivers; the other says who, and takes over after a SIGKILL",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env } = workspace;
    await using first = await ServerProcess.start(env);
    await platform.sendAsUser(id, "one");
    assertEquals((await received(first)).text, "one");

    await using second = await ServerProcess.start(env);
    const refused = await second.call("inbox_peek").catch(String);
    assertStringIncludes(String(refused), `process ${first.pid} delivers`);
    assertStringIncludes(await second.call("get_workspace_info"), id);

    const { activity_id } = await received(first);
    await first.call("inbox_pop", { activity_id });
    await platform.sendAsUser(id, "two");
    assertEquals((await received(first)).text, "two");
    first.kill();

    // The operating system gives the lock on; the message that was not popped comes again.
    const taken = await untilDelivering(second);
    assertEquals(taken.text, "two");
    await second.call("inbox_pop", { activity_id: taken.activity_id });
    assertEquals(await second.call("inbox_peek"), "[]");
  },
);

processTest("a probe that ends at once disturbs neither presence nor delivery", async () => {
  await using workspace = await testWorkspace();
  const { platform, id, env } = workspace;
  await platform.sendAsUser(id, "hello");
  for (let probe = 0; probe < 2; probe++) {
    await using server = await ServerProcess.start(env);
    await server.client.listTools();
  }
  await using server = await ServerProcess.start(env);
  assertEquals((await received(server)).text, "hello");
  assertEquals(platform.workspace(id)?.status, "online");
});

processTest("two workspaces of one machine and state directory deliver side by side", async () => {
  await using workspace = await testWorkspace();
  const other = await workspace.platform.createWorkspace({ name: "Other", deliveryMode: "poll" });
  const workspaces = [{ id: workspace.id, token: workspace.token }, other];
  await using server = await ServerProcess.start({
    PLATFORM_URL: workspace.platform.url,
    CONFIGS_DIR: workspace.stateDir,
    MOLECULE_WORKSPACES: JSON.stringify(workspaces),
  });
  for (const { id } of workspaces) await workspace.platform.sendAsUser(id, `for ${id}`);
  const seen = new Map<string | undefined, string>();
  for (let count = 0; count < 2; count++) {
    const message = await received(server);
    seen.set(message.arrival_workspace_id, message.text);
    await server.call("inbox_pop", { activity_id: message.activity_id });
  }
  assertEquals(seen, new Map(workspaces.map(({ id }) => [id, `for ${id}`])));
});

processTest("a pending wait_for_message delays no other call", async () => {
  await using workspace = await testWorkspace();
  await using server = await ServerProcess.start(workspace.env);
  let waiting = true;
  const wait = server.call("wait_for_message", { timeout_secs: 30 }).finally(() => waiting = false);
  for (let call = 0; call < 50; call++) await server.call("inbox_peek");
  assert(waiting, "the calls were answered while the wait was pending");
  await workspace.platform.sendAsUser(workspace.id, "done");
  assertStringIncludes(await wait, "done");
});

async function received(server: ServerProcess): Promise<Received> {
  return JSON.parse(await server.call("wait_for_message", { timeout_secs: 20 }));
}

async function untilDelivering(server: ServerProcess): Promise<Received> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      return await received(server);
    } catch (error) {
      assertStringIncludes(String(error), "delivers the messages");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error("the second process did not take over");
}
