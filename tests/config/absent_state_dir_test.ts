import { assert, assertEquals } from "@std/assert";
import { lookAtDirectory } from "../../src/commands/support/look_at_directory.ts";
import { parseSettings } from "../../src/config/settings.ts";
import { TestDir } from "../support/test_dir.ts";

const SETTINGS = {
  WORKSPACE_ID: "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101",
  PLATFORM_URL: "http://127.0.0.1:9",
  MOLECULE_WORKSPACE_TOKEN: "token-of-a-test-0123456789-0123456789abcdefg",
};

function looked(env: Readonly<Record<string, string>>) {
  return parseSettings((name) => env[name], {
    onlyLook: lookAtDirectory,
    containerDir: "/no/such/container",
  });
}

Deno.test("a state directory that the first start will make is no problem for who only looks", async () => {
  await using home = await TestDir.make();
  const env = { ...SETTINGS, HOME: home.path, USERPROFILE: home.path };
  const result = await looked(env);
  assert("settings" in result, JSON.stringify(result));
  assertEquals(result.settings.stateDir, home.at(".molecule-workspace"));
  assertEquals(await home.names(), []);
});

Deno.test("one that cannot be made is a problem", async () => {
  await using home = await TestDir.make();
  const missing = home.at("gone", "home");
  const result = await looked({ ...SETTINGS, HOME: missing, USERPROFILE: missing });
  assert("problems" in result);
  assertEquals(result.problems.map(({ variable }) => variable), ["CONFIGS_DIR"]);
});
