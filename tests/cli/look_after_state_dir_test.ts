import { assertEquals } from "@std/assert";
import { basename } from "@std/path";
import { lookAfterStateDir } from "../../src/cli/look_after_state_dir.ts";
import { tempPathFor } from "../../src/lib/files/temp_file.ts";
import { Log } from "../../src/safety/log.ts";
import { age, TestDir } from "../support/test_dir.ts";

/** What a writer leaves that is killed, so long ago. */
async function leftOf(path: string, hours: number): Promise<string> {
  const temp = tempPathFor(path);
  await Deno.writeTextFile(temp, "half");
  await age(temp, hours);
  return basename(temp);
}

Deno.test("what killed writers of any file of the program left is removed, nothing else", async () => {
  await using dir = await TestDir.make();
  for (
    const name of [
      ".auth_token",
      ".auth_token_ws-1",
      ".platform_inbound_secret",
      ".mcp_inbox_cursor",
      ".mcp_inbox_cursor_ws-1",
    ]
  ) {
    await leftOf(dir.at(name), 2);
  }
  const kept = [
    await leftOf(dir.at(".auth_token"), 0.5),
    await leftOf(dir.at("settings.json"), 2),
    await leftOf(dir.at("my.auth_token"), 2),
  ];
  const lines: string[] = [];
  const redactor = { redact: (text: string) => text };
  await lookAfterStateDir(
    dir.path,
    new Log({ write: (line) => lines.push(line), redactor, verbose: false }),
  );
  assertEquals(lines, []);
  assertEquals(await dir.names(), kept.sort());
});
