import { lookAtDirectory } from "../../src/commands/support/look_at_directory.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { TestDir } from "../support/test_dir.ts";
import { NOT_ROOT, testUnless } from "../support/test_unless.ts";
import { problemsOf, settingsOf } from "./support.ts";

const TOKEN = "tok-Xy7_NobodyMaySeeThisOne-0123456789";

/** A state directory with a token and this settings file. */
async function stateDir(settings: unknown): Promise<TestDir> {
  const dir = await TestDir.make();
  await dir.write(".auth_token", TOKEN);
  await dir.write(
    "settings.json",
    typeof settings === "string" ? settings : JSON.stringify(settings),
  );
  return dir;
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from(text, (unit) => unit.charCodeAt(0)).buffer);
}

const COMPLETE = { version: 1, workspace_id: "ws-1", platform_url: "https://acme.example" };

Deno.test("the settings file and the saved token are enough, and need no variable but the home", async () => {
  await using home = await TestDir.make();
  await Deno.mkdir(home.at(".molecule-workspace"));
  const below = (name: string) => join(".molecule-workspace", name);
  await home.write(below("settings.json"), JSON.stringify({ ...COMPLETE, org_id: "org-7" }));
  await home.write(below(".auth_token"), TOKEN);
  const { settings } = await settingsOf({ HOME: home.path });
  assertEquals(settings.stateDir, home.at(".molecule-workspace"));
  const [{ id, platformUrl, orgId }] = settings.workspaces;
  assertEquals([id, platformUrl.base, orgId], ["ws-1", "https://acme.example", "org-7"]);
});

Deno.test("the environment wins key by key, and blank counts as unset in both", async () => {
  await using dir = await stateDir({ ...COMPLETE, agent_name: "From the file", org_id: " " });
  const { settings } = await settingsOf({
    CONFIGS_DIR: dir.path,
    PLATFORM_URL: "https://other.example",
    MOLECULE_AGENT_NAME: " ",
  });
  assertEquals(settings.workspaces[0].platformUrl.base, "https://other.example");
  assertEquals(settings.workspaces[0].orgId, undefined);
  assertEquals(settings.agentCard.name, "From the file");
});

Deno.test("several workspaces in the file, unless the environment names one", async () => {
  const entry = { id: "ws-2", token: TOKEN };
  await using dir = await stateDir({
    platform_url: "https://acme.example",
    workspaces: [entry, { id: "ws-3", token: `${TOKEN}3`, platform_url: "https://b.example" }],
  });
  const several = await settingsOf({ CONFIGS_DIR: dir.path });
  assertEquals(several.settings.workspaces.map(({ id }) => id), ["ws-2", "ws-3"]);
  const one = await settingsOf({ CONFIGS_DIR: dir.path, WORKSPACE_ID: "ws-9" });
  assertEquals(one.settings.workspaces.map(({ id }) => id), ["ws-9"]);
});

Deno.test("with another WORKSPACE_ID than the file's the saved token is not used", async () => {
  await using dir = await stateDir(COMPLETE);
  const other = { CONFIGS_DIR: dir.path, WORKSPACE_ID: "ws-2" };
  assertEquals((await problemsOf(other)).map(({ kind, variable }) => [kind, variable]), [
    ["missing", "MOLECULE_WORKSPACE_TOKEN"],
  ]);
  const { settings } = await settingsOf({ ...other, MOLECULE_WORKSPACE_TOKEN: "tok-2" });
  assertEquals(settings.workspaces[0].fileSuffix, "_ws-2");
  const same = await settingsOf({ ...other, WORKSPACE_ID: "ws-1" });
  assertEquals(same.settings.workspaces[0].fileSuffix, undefined);
});

Deno.test("what is wrong with a value of the file names its key and the file", async () => {
  await using dir = await stateDir({ workspace_id: "My Workspace", platform_url: "acme" });
  const problems = await problemsOf({ CONFIGS_DIR: dir.path });
  const path = dir.at("settings.json");
  assertEquals(problems.map(({ variable }) => variable).sort(), [
    `platform_url in ${path}`,
    `workspace_id in ${path}`,
  ]);
});

for (
  const [what, content, message] of [
    ["no JSON", "{nope", /is not valid JSON \(at character \d+\)/],
    ["an array", "[]", /must hold one object; expected workspace_id, platform_url/],
    ["an unknown key", '{"workspaceid": "ws-1"}', /unknown key "workspaceid" in .*settings\.json/],
    ["a key that may be a token", `{"${TOKEN}": 1}`, /unknown key in .*settings\.json/],
    ["a number", '{"platform_url": 7}', /"platform_url" in .*settings\.json must be a text/],
    ["text for several", '{"workspaces": "x"}', /"workspaces" in .* must be an array/],
    ["one and several", '{"workspace_id":"a","workspaces":[]}', /has both "workspace_id" and/],
    [
      "a newer format",
      '{"version": 2, "x": 1}',
      /newer molecule-mcp \(format 2, this one knows 1\)/,
    ],
  ] as const
) {
  Deno.test(`a settings file with ${what} is refused, and left as it is`, async () => {
    await using dir = await stateDir(content);
    const problems = await problemsOf({ CONFIGS_DIR: dir.path });
    const told = problems.map(({ variable, message }) => `${variable}: ${message}`).join("\n");
    assertMatch(told, message);
    assertEquals(told.includes(TOKEN), false);
    assertEquals(await Deno.readTextFile(dir.at("settings.json")), content);
  });
}

Deno.test("a wrong entry of several is told by its place in the file", async () => {
  await using dir = await stateDir({ ...COMPLETE, workspace_id: "", workspaces: [{ id: "ws-2" }] });
  const [problem] = await problemsOf({ CONFIGS_DIR: dir.path });
  assertEquals(problem?.variable, dir.at("settings.json"));
  assertStringIncludes(problem?.message ?? "", "workspaces[0]: missing 'token'");
});

Deno.test("a settings file as Windows' editors save it is read: with a mark, in UTF-16", async () => {
  const text = `\ufeff${JSON.stringify(COMPLETE)}`;
  for (const bytes of [new TextEncoder().encode(text), utf16(text)]) {
    await using dir = await stateDir("");
    await Deno.writeFile(dir.at("settings.json"), bytes);
    const { settings } = await settingsOf({ CONFIGS_DIR: dir.path });
    assertEquals(settings.workspaces[0].id, "ws-1");
  }
});

Deno.test("an empty settings file says nothing", async () => {
  await using dir = await stateDir("");
  const problems = await problemsOf({ CONFIGS_DIR: dir.path });
  assertEquals(problems.map(({ variable }) => variable), ["WORKSPACE_ID", "PLATFORM_URL"]);
});

Deno.test("a profile has its own directory, which it does not make", async () => {
  await using dir = await TestDir.make();
  const [absent] = await problemsOf({ CONFIGS_DIR: dir.path }, { profile: "work" });
  assertMatch(
    absent?.message ?? "",
    /no profile work .*; the command auth login --profile work makes it/,
  );
  assertEquals(await dir.names(), []);
  await Deno.mkdir(dir.at("profiles", "work"), { recursive: true });
  await dir.write(join("profiles", "work", "settings.json"), JSON.stringify(COMPLETE));
  await dir.write(join("profiles", "work", ".auth_token"), TOKEN);
  const { settings } = await settingsOf({ CONFIGS_DIR: dir.path }, { profile: "work" });
  assertEquals(settings.stateDir, dir.at("profiles", "work"));
});

for (const profile of ["", "..", "a/b", "A", "-a", "a-", "con fig", "x".repeat(65)]) {
  Deno.test(`${JSON.stringify(profile)} is no profile`, async () => {
    await using dir = await TestDir.make();
    const [problem] = await problemsOf({ CONFIGS_DIR: dir.path }, { profile });
    assertEquals(problem?.variable, "--profile");
  });
}

testUnless(
  NOT_ROOT,
  "what somebody else says of where to send the token is not believed",
  async () => {
    await using dir = await stateDir(COMPLETE);
    const path = dir.at("settings.json");
    await Deno.chown(path, 12_345, 12_345);
    for (const options of [{}, { onlyLook: lookAtDirectory }]) {
      const [problem] = await problemsOf({ CONFIGS_DIR: dir.path }, options);
      assertMatch(problem?.message ?? "", /settings\.json belongs to another user \(uid 12345/);
    }
    await Deno.chown(path, 0, 0);
    await Deno.chmod(path, 0o666);
    const [problem] = await problemsOf({ CONFIGS_DIR: dir.path });
    assertMatch(problem?.message ?? "", /could be written by everybody \(mode 0666\)/);
  },
);

testUnless(
  NOT_ROOT,
  "another user's directory is not believed either, even when only looked at",
  async () => {
    await using dir = await stateDir(COMPLETE);
    await Deno.chown(dir.path, 12_345, 12_345);
    const env = { CONFIGS_DIR: dir.path, MOLECULE_WORKSPACE_TOKEN: TOKEN };
    const problems = await problemsOf(env, { onlyLook: lookAtDirectory });
    assertMatch(JSON.stringify(problems), /belongs to another user \(uid 12345/);
  },
);
