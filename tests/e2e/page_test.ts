import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Browser, Events, startPage, YOURS } from "../local/page/browser.ts";
import { sleep } from "../../src/lib/sleep.ts";
import { replaceFile } from "../../src/lib/files/replace_file.ts";
import type { ChatMessage } from "../../src/local/page/protocol.ts";
import { TestDir } from "../support/test_dir.ts";
import { ServerProcess } from "./server_process.ts";
import { processTest } from "./whole_process.ts";

/** The next thing that the agent says. */
async function said(events: Events): Promise<ChatMessage> {
  for (;;) {
    const { message } = await events.of("message");
    if (message.from === "agent") return message;
  }
}

/**
 * Waits for a message of the user and takes it. What was refused a moment ago is not asked for again at
 * once, and whoever waits is told so.
 */
async function take(server: ServerProcess) {
  for (;;) {
    const text = await server.call("wait_for_message", { timeout_secs: 20 })
      .catch((error) => {
        if (!/no message can arrive/.test(String(error))) throw error;
        return sleep(500).then(() => "{}");
      });
    const message = JSON.parse(text);
    if (message.activity_id === undefined) continue;
    await server.call("inbox_pop", { activity_id: message.activity_id });
    return message;
  }
}

processTest("a person at the page and an agent behind the program talk, with files", async () => {
  await using dir = await TestDir.make();
  const tokenFile = join(dir.path, ".auth_token");
  const save = async (token: string) => {
    await Deno.writeTextFile(`${tokenFile}.new`, `${token}\n`, { mode: 0o600 });
    await replaceFile(`${tokenFile}.new`, tokenFile);
  };
  await using team = await startPage({ saveToken: save });
  const { platform, you } = team;
  await save(you.token ?? "");
  await Deno.writeTextFile(join(dir.path, "answer.txt"), "Forty-two\n");
  await using server = await ServerProcess.start({
    WORKSPACE_ID: you.id,
    PLATFORM_URL: platform.url,
    CONFIGS_DIR: dir.path,
    WORKSPACE_CONFIG_PATH: dir.path,
    MOLECULE_ATTACH_ROOTS: dir.path,
  });
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  await events.of("snapshot");

  const question = new File(["6 × 7\n"], "Frage.txt", { type: "text/plain" });
  assertEquals((await browser.write(YOURS, "Look at this", [question])).status, 201);
  const message = await take(server);
  assertMatch(message.text, /Look at this/);
  assertEquals(message.kind, "canvas_user");
  const path = String(message.attachments[0].uri).replace(/^workspace:/, "");
  assertEquals(await Deno.readTextFile(path), "6 × 7\n");
  const attachments = [join(dir.path, "answer.txt")];
  await server.call("send_message_to_user", { message: "Here it is", attachments });
  const answer = await said(events);
  assertEquals([answer.text, answer.files.map(({ name }) => name)], ["Here it is", ["answer.txt"]]);
  const file = await browser.get(`workspaces/${YOURS}/files/${answer.files[0]?.id}`);
  assertEquals(file.text, "Forty-two\n");

  assertEquals((await browser.post(`workspaces/${YOURS}/rotate`)).status, 204);
  await server.call("send_message_to_user", { message: "With the new token" });
  assertEquals((await said(events)).text, "With the new token");

  for (const fault of ["unauthorized", "network-cut", "stream-off"]) {
    assertEquals((await browser.post(`faults/${fault}`, { isOn: true })).status, 204);
    assertEquals((await browser.write(YOURS, `During ${fault}`)).status, 201);
    await browser.post(`faults/${fault}`, { isOn: false });
    assertEquals((await take(server)).text, `During ${fault}`);
    await server.call("send_message_to_user", { message: `After ${fault}` });
    assertEquals((await said(events)).text, `After ${fault}`);
  }
  assert(!server.stderr.includes(await Deno.readTextFile(tokenFile)));
  assertStringIncludes(
    (await browser.get(`workspaces/${YOURS}/messages`)).text,
    "With the new token",
  );
});
