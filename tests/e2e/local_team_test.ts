import { assert, assertStringIncludes } from "@std/assert";
import { startLocal } from "../cli/local_process.ts";
import { Browser } from "../local/page/browser.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_SIGNALS, testUnless } from "../support/test_unless.ts";
import { programCommand } from "./program.ts";
import { processTest } from "./whole_process.ts";
import { ServerProcess } from "./server_process.ts";

processTest("each colleague of the local platform does what it is asked", async () => {
  await using dir = await TestDir.make();
  await using _local = await startLocal(dir.path);
  const env = { HOME: dir.path, USERPROFILE: dir.path };
  const command = [...programCommand(), "serve", "--local"] as const;
  await using server = await ServerProcess.start(env, { command: [...command] });
  const peers = await server.call("list_peers");
  const ask = async (name: string, task: string) => {
    const [, id] = new RegExp(`- ${name} \\(ID: ([0-9a-f-]{36})`).exec(peers) ?? [];
    assert(id, peers);
    return await server.call("delegate_task", { workspace_id: id, task });
  };
  assertStringIncludes(await ask("Echo", "Is there anybody?"), "Is there anybody?");
  await ask("Researcher", "What is the capital of France?");
  const answer = await server.call("wait_for_message", { timeout_secs: 20 });
  assertStringIncludes(answer, "Paris");
}, NO_SIGNALS);

testUnless(NO_SIGNALS, "--play plays as soon as a page is open", async () => {
  await using dir = await TestDir.make();
  await using local = await startLocal(dir.path, "--play");
  const [link] = /http:\S+\/#key=\S+/.exec(local.said) ?? [];
  assert(link !== undefined);
  await using events = await (await Browser.enter(link)).listen();
  for (;;) {
    const { play } = await events.of("play");
    if (play.state === "playing" && play.step === 1) return;
  }
});
