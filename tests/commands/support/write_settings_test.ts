import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { changedSettings, saveLogin } from "../../../src/commands/support/write_settings.ts";
import { PrivateFileError } from "../../../src/lib/files/private_file_error.ts";
import { modeOf, posixTest, TestDir } from "../../support/test_dir.ts";

const CHANGE = { workspace_id: "ws-1", platform_url: "https://acme.example" };

Deno.test("other keys and their order stay", () => {
  const before = '\ufeff{"agent_name": "Ada", "platform_url": "x", "org_id": "o", "version": 1}';
  assertEquals(
    changedSettings(before, { ...CHANGE, org_id: undefined }),
    `{
  "version": 1,
  "agent_name": "Ada",
  "platform_url": "https://acme.example",
  "workspace_id": "ws-1"
}
`,
  );
  assertEquals(JSON.parse(changedSettings(" \n", CHANGE)), { version: 1, ...CHANGE });
  for (const text of ["{", "[]", "null", '"x"']) {
    assertThrows(() => changedSettings(text, CHANGE), SyntaxError);
  }
});

posixTest("both files are private, whatever they were", async () => {
  await using dir = await TestDir.make();
  await dir.write("settings.json", "{}", 0o644);
  await dir.write(".auth_token", "old", 0o644);
  const { settingsPath, tokenPath } = await saveLogin(dir.path, CHANGE, "tok-2");
  assertEquals([await modeOf(settingsPath), await modeOf(tokenPath)], [0o600, 0o600]);
  assertEquals(await Deno.readTextFile(tokenPath), "tok-2");
  assertEquals(await dir.names(), [".auth_token", "settings.json"]);
});

posixTest("a link at settings.json is refused, and nothing is saved", async () => {
  await using dir = await TestDir.make();
  await dir.write("elsewhere.json", "{}");
  await Deno.symlink(dir.at("elsewhere.json"), dir.at("settings.json"));
  await assertRejects(() => saveLogin(dir.path, CHANGE, "tok"), PrivateFileError, "symbolic link");
  assertEquals(await dir.names(), ["elsewhere.json", "settings.json"]);
  assertEquals(await Deno.readTextFile(dir.at("elsewhere.json")), "{}");
});

posixTest("where the token cannot be saved, the settings stay as they were", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at(".auth_token"));
  await assertRejects(() => saveLogin(dir.path, CHANGE, "tok"), PrivateFileError, "directory");
  assertEquals(await dir.names(), [".auth_token"]);
  const text = '{"agent_name":"Ada"}';
  await dir.write("settings.json", text);
  await assertRejects(() => saveLogin(dir.path, CHANGE, "tok"), PrivateFileError);
  assertEquals(await Deno.readTextFile(dir.at("settings.json")), text);
});
