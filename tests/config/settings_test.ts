import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ENVIRONMENT } from "../../src/config/environment.ts";
import { TestDir } from "../support/test_dir.ts";
import { nativePath } from "../support/native_path.ts";
import { complete, problemsOf, settingsOf, summary } from "./support.ts";
import { NO_MODES, testUnless } from "../support/test_unless.ts";

Deno.test("a complete environment gives settings without a notice", async () => {
  await using dir = await TestDir.make();
  const { settings, notices } = await settingsOf(complete(dir));
  assertEquals(notices, []);
  assertEquals(settings.workspaces, [{
    id: "ws-1",
    platformUrl: { base: "https://acme.example", origin: "https://acme.example", exposed: false },
    inlineToken: "tok-1",
  }]);
  assertEquals(settings.stateDir, dir.path);
  assertEquals(
    [settings.multiWorkspace, settings.verbose, settings.heartbeatEnabled, settings.inboxEnabled],
    [false, false, true, true],
  );
  assertEquals(settings.agentCard, { skills: [] });
  // On Windows `/configs` would be a directory that any user of the machine may make.
  const policyDir = Deno.build.os === "windows" ? undefined : "/configs";
  assertEquals([settings.policyDir, settings.fallbackTier], [policyDir, 1]);
});

testUnless(NO_MODES, {
  name: "what is worth telling of the state directory is among the notices",
  fn: async () => {
    await using dir = await TestDir.make();
    await Deno.chmod(dir.path, 0o755);
    const { notices } = await settingsOf(complete(dir));
    assertEquals(notices, [
      `The state directory ${dir.path} was open to other users (mode 0755): it is 0700 now`,
    ]);
  },
});

Deno.test("values are trimmed, and blank ones count as unset", async () => {
  await using dir = await TestDir.make();
  const plain = await settingsOf(complete(dir));
  const optional = ENVIRONMENT.map(({ name }) => name).filter((name) => !(name in complete(dir)));
  const blank = Object.fromEntries(optional.map((name) => [name, " \t"]));
  const padded = Object.fromEntries(
    Object.entries(complete(dir)).map(([name, value]) => [name, ` ${value}\n`]),
  );
  assertEquals(await settingsOf({ ...blank, ...padded }), plain);
});

Deno.test("with nothing set all three required values are missing, and nothing is created", async () => {
  await using home = await TestDir.make();
  const problems = await problemsOf({ HOME: home.path });
  assertEquals(summary(problems), [
    "WORKSPACE_ID missing",
    "PLATFORM_URL missing",
    "MOLECULE_WORKSPACE_TOKEN missing",
  ]);
  for (const { variable, message } of problems) assertMatch(message, /^not set/, variable);
  assertEquals(await home.names(), []);
});

Deno.test("with nothing set and no home it is still only the required values", async () => {
  assertEquals(summary(await problemsOf({})), [
    "WORKSPACE_ID missing",
    "PLATFORM_URL missing",
    "MOLECULE_WORKSPACE_TOKEN missing",
  ]);
});

Deno.test("with nothing set, a token saved in the home is not missing", async () => {
  await using home = await TestDir.make();
  await Deno.mkdir(home.at(".molecule-workspace"));
  await home.write(join(".molecule-workspace", ".auth_token"), "tok");
  assertEquals(summary(await problemsOf({ HOME: home.path })), [
    "WORKSPACE_ID missing",
    "PLATFORM_URL missing",
  ]);
});

Deno.test("each required value is missing on its own, even when it is blank", async () => {
  await using dir = await TestDir.make();
  for (const name of ["WORKSPACE_ID", "PLATFORM_URL", "MOLECULE_WORKSPACE_TOKEN"]) {
    for (const blank of ["", "  \t"]) {
      assertEquals(summary(await problemsOf({ ...complete(dir), [name]: blank })), [
        `${name} missing`,
      ]);
    }
  }
});

Deno.test("everything that is wrong is reported together", async () => {
  await using dir = await TestDir.make();
  const file = await dir.write("file", "");
  const problems = await problemsOf({
    WORKSPACE_ID: "Not An Id",
    PLATFORM_URL: "acme",
    MOLECULE_WORKSPACE_TOKEN_FILE: nativePath("/nowhere/token"),
    CONFIGS_DIR: file,
  });
  assertEquals(summary(problems), [
    "WORKSPACE_ID invalid",
    "PLATFORM_URL invalid",
    "CONFIGS_DIR invalid",
    "MOLECULE_WORKSPACE_TOKEN_FILE invalid",
  ]);
});

Deno.test("a wrong id is shown, but not one that looks like a token", async () => {
  await using dir = await TestDir.make();
  const message = async (WORKSPACE_ID: string) =>
    (await problemsOf({ ...complete(dir), WORKSPACE_ID }))[0]?.message ?? "";
  assertStringIncludes(await message("../other"), 'got "../other"; copy the id from the canvas');
  const token = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";
  assert(!(await message(token)).includes(token), "The token shows");
});

Deno.test("a token in the state directory satisfies the requirement", async () => {
  await using dir = await TestDir.make();
  await dir.write(".auth_token", "tok");
  const { MOLECULE_WORKSPACE_TOKEN: _, ...withoutToken } = complete(dir);
  const { settings } = await settingsOf(withoutToken);
  assertEquals(settings.workspaces[0].inlineToken, undefined);
});

Deno.test("the card comes from the environment; skills are split, trimmed, and never empty", async () => {
  await using dir = await TestDir.make();
  const { settings } = await settingsOf({
    ...complete(dir),
    MOLECULE_AGENT_NAME: " Ada ",
    MOLECULE_AGENT_DESCRIPTION: "Counts",
    MOLECULE_AGENT_SKILLS: " research, ,writing,, code review ,",
  });
  assertEquals(settings.agentCard, {
    name: "Ada",
    description: "Counts",
    skills: [{ name: "research" }, { name: "writing" }, { name: "code review" }],
  });
});

const POLL_TIMEOUTS: [string | undefined, number][] = [
  [undefined, 2],
  ["", 2],
  ["5", 5],
  ["0", 0],
  ["60", 60],
  ["61", 60],
  ["300", 60],
  ["99999999999999999999", 60],
  ["-1", 2],
  ["soon", 2],
  ["1.5", 2],
  ["1e1", 2],
  ["0x10", 2],
];
for (const [text, seconds] of POLL_TIMEOUTS) {
  Deno.test(`a poll timeout of ${JSON.stringify(text)} is one of ${seconds} s`, async () => {
    await using dir = await TestDir.make();
    const { settings } = await settingsOf({
      ...complete(dir),
      ...(text !== undefined && { MOLECULE_MCP_POLL_TIMEOUT_SECS: text }),
    });
    assertEquals(settings.instructionsPollTimeoutSecs, seconds);
  });
}

Deno.test("the switches are on with any value but a blank one", async () => {
  await using dir = await TestDir.make();
  for (const value of ["1", "0", "false"]) {
    const { settings } = await settingsOf({
      ...complete(dir),
      MOLECULE_MCP_VERBOSE: value,
      MOLECULE_MCP_DISABLE_HEARTBEAT: value,
      MOLECULE_MCP_DISABLE_INBOX: value,
    });
    assertEquals(
      [settings.verbose, settings.heartbeatEnabled, settings.inboxEnabled],
      [true, false, false],
    );
  }
});

Deno.test("the organisation id is taken from the first of its variables", async () => {
  await using dir = await TestDir.make();
  const orgId = async (variables: Record<string, string>) =>
    (await settingsOf({ ...complete(dir), ...variables })).settings.workspaces[0].orgId;
  assertEquals(await orgId({}), undefined);
  assertEquals(await orgId({ MOLECULE_ORG_ID: "o-1", MOLECULE_ORGANIZATION_ID: "o-2" }), "o-1");
  assertEquals(await orgId({ MOLECULE_ORG_ID: " ", MOLECULE_ORGANIZATION_ID: "o-2" }), "o-2");
});

Deno.test("an organisation id that no header can carry is noticed and left out", async () => {
  await using dir = await TestDir.make();
  for (const value of ["two words", "o\r\nX-Evil: 1", "ö", "ab-".repeat(43) + "a"]) {
    const { settings, notices } = await settingsOf({ ...complete(dir), MOLECULE_ORG_ID: value });
    assertEquals(settings.workspaces[0].orgId, undefined);
    assertEquals(notices.length, 1);
    assertStringIncludes(notices[0] ?? "", "Ignoring MOLECULE_ORG_ID");
  }
});

Deno.test("plain http:// in a private network is noticed, once a platform", async () => {
  await using dir = await TestDir.make();
  const { notices } = await settingsOf({
    PLATFORM_URL: "http://platform:8080/",
    CONFIGS_DIR: dir.path,
    MOLECULE_WORKSPACES: JSON.stringify(["a", "b"].map((id) => ({ id, token: "tok" }))),
  });
  assertEquals(notices, [
    "http://platform:8080 is plain http://: the token travels unprotected on that network",
  ]);
});

Deno.test("an invalid tier is noticed and left at its default", async () => {
  await using dir = await TestDir.make();
  const root = await settingsOf({ ...complete(dir), WORKSPACE_TIER: "0" });
  assertEquals([root.settings.fallbackTier, root.notices.length], [0, 0]);
  const odd = await settingsOf({ ...complete(dir), WORKSPACE_TIER: "-1" });
  assertEquals([odd.settings.fallbackTier, odd.notices.length], [1, 1]);
});

Deno.test("the runtime's identity shows no password", async () => {
  await using dir = await TestDir.make();
  const { settings } = await settingsOf({
    ...complete(dir),
    ANTHROPIC_BASE_URL: "https://user:hunter2@llm.example/v1",
  });
  assert(!JSON.stringify(settings).includes("hunter2"));
});
