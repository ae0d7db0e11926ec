import { assertEquals, assertStringIncludes } from "@std/assert";
import { connection, ENTER, FIRST, PASTE, terminalTest } from "./terminal_stage.ts";

terminalTest("the three fields, one after the other; the token without echo", async (stage) => {
  const { platform, lead } = stage;
  const { shown, code } = await stage.play([
    { expect: FIRST },
    { send: lead.id },
    ENTER,
    { expect: "Platform URL:" },
    { send: `${platform.url}x\x7f` },
    ENTER,
    { expect: "Token" },
    { send: `wrong\x15${lead.token}` },
    ENTER,
    { expect: "Next:" },
    { expect: "install claude-code" },
  ]);
  assertEquals(code, 0);
  assertStringIncludes(shown, `Accepted: workspace "Lead"`);
  assertStringIncludes(shown, "43 characters");
  assertEquals(stage.saved(".auth_token"), lead.token);
  assertEquals(JSON.parse(stage.saved("settings.json") ?? ""), {
    version: 1,
    workspace_id: lead.id,
    platform_url: platform.url,
  });
});

terminalTest("the canvas's JSON, pasted with marks", async (stage) => {
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(`${connection(stage)}\n`),
    ENTER,
    { expect: "Found: workspace id, platform URL, token." },
    { expect: "install" },
  ]);
  assertEquals(code, 0, shown);
  assertEquals(stage.saved(".auth_token"), stage.lead.token);
});

terminalTest("the same from a terminal without marks: in one piece, and in many", async (stage) => {
  const text = `${connection(stage, 4)}\n`.replaceAll("\n", "\r");
  for (const size of [text.length, 7]) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    const { code, shown } = await stage.play([
      { expect: FIRST },
      ...pieces.map((send) => ({ send })),
      { expect: "install" },
    ]);
    assertEquals(code, 0, shown);
    assertEquals(stage.saved(".auth_token"), stage.lead.token);
  }
});

terminalTest("a snippet of several lines", async (stage) => {
  const { platform, lead } = stage;
  const lines = [
    "claude mcp add molecule -s user -- env \\",
    `  WORKSPACE_ID=${lead.id} \\`,
    `  PLATFORM_URL=${platform.url} MOLECULE_WORKSPACE_TOKEN=${lead.token} \\`,
    "  uvx molecule-mcp",
  ];
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(lines.join("\n")),
    ENTER,
    { expect: "install" },
  ]);
  assertEquals(code, 0, shown);
});

terminalTest(
  "what is wrong is said, and asked again; what holds no token asks for it",
  async (stage) => {
    const { platform, lead } = stage;
    const { code, shown } = await stage.play([
      { expect: FIRST },
      { send: "Hello there" },
      ENTER,
      { expect: "That looks like a name" },
      { expect: FIRST },
      PASTE(`{"workspace_id": "${lead.id}", "platform_url": "acme", "auth_token": ""}`),
      ENTER,
      { expect: "The platform URL in it: expected an http" },
      { expect: "Platform URL:" },
      { send: platform.url },
      ENTER,
      { expect: "Token" },
      { send: "<ROTATE_TO_REVEAL_TOKEN>" },
      ENTER,
      { expect: "rotate the token" },
      { expect: "Token" },
      PASTE(`"${lead.token}"\n`),
      ENTER,
      { expect: "install" },
    ]);
    assertEquals(code, 0, shown);
  },
);

terminalTest("a token pasted at the wrong question does not show", async (stage) => {
  const { platform, lead } = stage;
  const { code, shown } = await stage.play([
    { expect: FIRST },
    { send: lead.token },
    ENTER,
    { expect: "Found: token" },
    { expect: "Workspace id:" },
    { send: lead.token },
    ENTER,
    { expect: "not shown" },
    { expect: "Workspace id:" },
    { send: lead.id },
    ENTER,
    { expect: "Platform URL:" },
    { send: lead.token },
    ENTER,
    { expect: "not shown" },
    { expect: "Platform URL:" },
    { send: platform.url },
    ENTER,
    { expect: "install" },
  ]);
  assertEquals(code, 0, shown);
});

terminalTest(
  "what is set up is offered; another workspace is replaced only after a yes",
  async (stage) => {
    const { platform, lead } = stage;
    await stage.play([{ expect: FIRST }, PASTE(connection(stage)), ENTER, { expect: "install" }]);
    const again = await stage.play([
      { expect: `Enter alone keeps ${lead.id}` },
      { expect: FIRST },
      ENTER,
      { expect: `Enter alone keeps ${platform.url}` },
      { expect: "Platform URL:" },
      ENTER,
      { expect: "Token" },
      { send: lead.token },
      ENTER,
      { expect: "install" },
    ]);
    assertEquals(again.code, 0);
    const other = await platform.createWorkspace({ name: "Other" });
    // Before its token is asked for.
    const steps = [
      { expect: FIRST },
      { send: other.id },
      ENTER,
      { expect: "is set up" },
      { expect: "Replace it? [y/N]" },
    ];
    const no = await stage.play([...steps, ENTER, { expect: "Cancelled" }]);
    assertEquals([no.code, stage.saved(".auth_token")], [1, lead.token]);
    const yes = await stage.play([
      ...steps,
      { send: "y\r" },
      { expect: "Platform URL" },
      ENTER,
      { expect: "Token" },
      { send: other.token },
      ENTER,
      { expect: "install" },
    ]);
    assertEquals([yes.code, stage.saved(".auth_token")], [0, other.token]);
  },
);

terminalTest("what is wrong in the settings is neither shown nor offered", async (stage) => {
  const { platform, lead } = stage;
  await Deno.mkdir(stage.home.at(".molecule-workspace"), { mode: 0o700 });
  await stage.home.write(
    ".molecule-workspace/settings.json",
    JSON.stringify({ workspace_id: lead.token, platform_url: `https://u:${lead.token}@h.invalid` }),
  );
  const { shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage)),
    ENTER,
    { expect: "Replace it? [y/N]" },
    { send: lead.token },
    ENTER,
    { expect: "Cancelled" },
  ]);
  assertEquals(shown.includes("Enter alone keeps"), false, shown);
  assertStringIncludes(shown, "characters, not shown)");
  assertEquals(shown.includes(platform.url), true, shown);
});
