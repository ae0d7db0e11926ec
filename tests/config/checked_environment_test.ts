import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { expandHome } from "../../src/config/paths.ts";
import { placeholderIn } from "../../src/config/placeholder.ts";
import { TestDir } from "../support/test_dir.ts";
import { nativePath } from "../support/native_path.ts";
import { NOT_WINDOWS, testUnless } from "../support/test_unless.ts";
import { complete, problemsOf, settingsOf, summary } from "./support.ts";

Deno.test("~ in a path is the home directory, and no directory called ~ is made", async () => {
  await using dir = await TestDir.make();
  const token = await dir.write("token", "tok-1");
  const { MOLECULE_WORKSPACE_TOKEN: _, ...rest } = complete(dir);
  const { settings } = await settingsOf({
    ...rest,
    HOME: dir.path,
    CONFIGS_DIR: "~/state",
    MOLECULE_WORKSPACE_TOKEN_FILE: "~/token",
    WORKSPACE_CONFIG_PATH: "~",
  });
  assertEquals(settings.stateDir, dir.at("state"));
  assertEquals(settings.workspaces[0].tokenFile, token);
  assertEquals(settings.policyDir, dir.path);
  assertEquals(await dir.names(), ["state", "token"]);
});

Deno.test("only ~ itself and what is below it are expanded", () => {
  for (
    const [path, expected] of [
      ["~", "/home/ada"],
      ["~/", "/home/ada"],
      ["~/x/y", join("/home/ada", "x/y")],
      ["~//x", join("/home/ada", "x")],
      ["~\\x", join("/home/ada", "x")],
      ["~bob/x", "~bob/x"],
      ["/a/~/x", "/a/~/x"],
      ["x~", "x~"],
    ] as const
  ) assertEquals(expandHome(path, "/home/ada"), expected);
  assertEquals(expandHome("~/x", undefined), "~/x");
});

Deno.test("any other relative path in a setting is refused, with the form to use", async () => {
  await using dir = await TestDir.make();
  for (const name of ["CONFIGS_DIR", "MOLECULE_WORKSPACE_TOKEN_FILE", "WORKSPACE_CONFIG_PATH"]) {
    const HOME = nativePath("/home/ada");
    for (const path of ["state", "./state", "../state", "~ada/state"]) {
      const problems = await problemsOf({ ...complete(dir), HOME, [name]: path });
      assertEquals(summary(problems), [`${name} invalid`], path);
      assertStringIncludes(problems[0]?.message ?? "", "expected an absolute path");
      const example = JSON.stringify(join(HOME, "state"));
      assertStringIncludes(problems[0]?.message ?? "", example);
    }
  }
  assertEquals(await dir.names(), []);
});

Deno.test("a relative home is not used", async () => {
  await using dir = await TestDir.make();
  const { CONFIGS_DIR: _, ...rest } = complete(dir);
  const [problem] = await problemsOf({ ...rest, HOME: "home" });
  assertStringIncludes(problem?.message ?? "", "HOME is not an absolute path");
});

Deno.test("a placeholder that the client left in is named, in every setting it is about", async () => {
  await using dir = await TestDir.make();
  for (
    const [name, value] of [
      ["WORKSPACE_ID", "${WORKSPACE_ID}"],
      ["WORKSPACE_ID", "your-workspace-id"],
      ["WORKSPACE_ID", "..."],
      ["PLATFORM_URL", "https://<your-org>.example.com"],
      ["PLATFORM_URL", "https://your-org.example.com"],
      ["MOLECULE_WORKSPACE_TOKEN", "…"],
      ["PLATFORM_URL", "https://${HOST}/x"],
      ["MOLECULE_WORKSPACE_TOKEN", "<token>"],
      ["MOLECULE_WORKSPACE_TOKEN", "${env:MOLECULE_TOKEN}"],
      ["MOLECULE_WORKSPACE_TOKEN", "{{ token }}"],
      ["MOLECULE_WORKSPACE_TOKEN", "$MOLECULE_TOKEN"],
      ["MOLECULE_WORKSPACE_TOKEN_FILE", "$HOME/token"],
      ["CONFIGS_DIR", "%USERPROFILE%\\state"],
      ["CONFIGS_DIR", "C:\\Users\\%USERNAME%\\state"],
      ["CONFIGS_DIR", "%ProgramFiles(x86)%\\state"],
      ["CONFIGS_DIR", "$env:USERPROFILE\\state"],
      ["MOLECULE_WORKSPACE_TOKEN", "$env:MOLECULE_TOKEN"],
      ["MOLECULE_WORKSPACE_TOKEN", "%MOLECULE_TOKEN%"],
      ["CONFIGS_DIR", "${HOME}/state"],
      ["WORKSPACE_CONFIG_PATH", "${CONFIG}"],
      ["MOLECULE_WORKSPACES", "${WORKSPACES}"],
      ["MOLECULE_WORKSPACES", '[{"id": "ws-1", "token": "<token>"}]'],
    ] as const
  ) {
    const problems = await problemsOf({ ...complete(dir), HOME: dir.path, [name]: value });
    assertEquals(summary(problems), [`${name} invalid`], value);
    assertStringIncludes(problems[0]?.message ?? "", "holds the placeholder");
    assertStringIncludes(problems[0]?.message ?? "", "Write the value itself");
  }
  assertEquals(await dir.names(), []);
});

Deno.test("quotes that a shell did not take away are named", async () => {
  await using dir = await TestDir.make();
  for (const quote of ['"', "'"]) {
    const path = `${quote}${dir.path}${quote}`;
    const [problem] = await problemsOf({ ...complete(dir), CONFIGS_DIR: path });
    assertEquals(problem?.message, "it is in quotes; give only what is between them");
  }
});

testUnless(
  NOT_WINDOWS,
  "a path without its drive is refused, with the one that it means",
  async () => {
    await using dir = await TestDir.make();
    for (
      const [path, example] of [
        ["/c/Users/ada/state", "C:\\Users\\ada\\state"],
        ["/srv/state", "C:\\srv\\state"],
        ["\\state", "C:\\state"],
        ["D:state", "C:\\Users\\ada\\state"],
      ] as const
    ) {
      const USERPROFILE = "C:\\Users\\ada";
      const [problem] = await problemsOf({ ...complete(dir), USERPROFILE, CONFIGS_DIR: path });
      assertStringIncludes(problem?.message ?? "", "expected an absolute path");
      assertStringIncludes(problem?.message ?? "", `for example ${JSON.stringify(example)}`);
    }
  },
);

testUnless(NOT_WINDOWS, "a path with its drive is one, whatever separators it has", async () => {
  await using dir = await TestDir.make();
  const drive = dir.path.slice(0, 1);
  for (
    const path of [
      dir.path.replaceAll("\\", "/"),
      drive.toLowerCase() + dir.path.slice(1),
      dir.path.toUpperCase(),
      `\\\\?\\${dir.path}`,
    ]
  ) {
    const { settings } = await settingsOf({ ...complete(dir), CONFIGS_DIR: path });
    assertEquals(settings.stateDir, path);
  }
});

Deno.test("a placeholder in an optional setting is reported, and treated as unset", async () => {
  await using dir = await TestDir.make();
  const { settings, notices } = await settingsOf({
    ...complete(dir),
    MOLECULE_ORG_ID: "${ORG}",
    MOLECULE_AGENT_NAME: "${NAME}",
    MOLECULE_MCP_DISABLE_INBOX: "${DISABLE}",
    DELEGATION_TIMEOUT: "<seconds>",
  });
  assertEquals(notices.length, 4, notices.join("\n"));
  assertEquals(settings.workspaces[0].orgId, undefined);
  assertEquals([settings.agentCard.name, settings.inboxEnabled], [undefined, true]);
});

Deno.test("a description may speak of braces, and a token may hold odd characters", async () => {
  await using dir = await TestDir.make();
  const { settings, notices } = await settingsOf({
    ...complete(dir),
    MOLECULE_AGENT_DESCRIPTION: "Fills {{templates}} and ${variables} in <html>",
    MOLECULE_WORKSPACE_TOKEN: "a$b%c%d<e>f{g}",
    PLATFORM_URL: "https://a.example/x%20y%20z",
  });
  assertEquals(notices, []);
  assert(settings.agentCard.description?.startsWith("Fills {{templates}}"));
});

Deno.test("a secret in the place of a placeholder's name or default is not shown", () => {
  const secret = "s3cr3tTokenOfFortyThreeCharacters_abcdefghij";
  for (const value of [`<${secret}>`, `\${TOKEN:-${secret}}`, `\${${secret}}`]) {
    assertNotMatch(placeholderIn(value) ?? secret, /s3cr3t/);
  }
});

Deno.test("a variable's name is shown, however long it is", () => {
  for (
    const name of [
      "${MOLECULE_WORKSPACE_TOKEN}",
      "${env:MOLECULE_WORKSPACE_TOKEN}",
      "$MOLECULE_WORKSPACE_TOKEN",
      "$env:MOLECULE_WORKSPACE_TOKEN",
      "%MOLECULE_WORKSPACE_TOKEN%",
    ]
  ) {
    assertEquals(placeholderIn(name), JSON.stringify(name));
  }
});
