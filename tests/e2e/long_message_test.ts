import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { testWorkspace } from "./test_workspace.ts";
import { ServerProcess } from "./server_process.ts";
import { processTest } from "./whole_process.ts";

interface LongMessage {
  readonly text: string;
  readonly note?: string;
}

processTest(
  "a message of 5 MiB comes with its event, its beginning, and a file of the whole",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env, stateDir } = workspace;
    await using server = await ServerProcess.start(env);
    // The stream is up once this one came.
    await platform.sendAsUser(id, "short");
    await server.call("wait_for_message", { timeout_secs: 20 });
    const streams = () => platform.requests.filter(({ path }) => path.endsWith("/stream")).length;
    while (streams() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const text = `${"ü".repeat(2.5 * 1024 * 1024)} the end`;
    await platform.sendAsUser(id, text);
    let messages: LongMessage[] = [];
    while (messages.length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      messages = JSON.parse(await server.call("inbox_peek"));
    }
    const long = messages[1];
    assert(long && text.startsWith(long.text));
    assertEquals(new TextEncoder().encode(long.text).byteLength, 64 * 1024);
    const [, path = ""] = /the whole text is in the file (\S+)$/.exec(long.note ?? "") ?? [];
    assertStringIncludes(path, join(stateDir, "chat-uploads"));
    assertEquals(await Deno.readTextFile(path), text);
    if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);

    await platform.sendAsUser(id, "after it");
    while (messages.length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      messages = JSON.parse(await server.call("inbox_peek"));
    }
    assertEquals(streams(), 1, "the stream was never opened anew");
  },
);
