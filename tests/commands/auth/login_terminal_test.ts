import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam, type TeamMember } from "../../../src/local/team.ts";
import { TestDir } from "../../support/test_dir.ts";
import { testUnless } from "../../support/test_unless.ts";
import { NO_PTY, type PtyRun, type PtyStep, runOnTerminal } from "../on_terminal.ts";

const FIRST = "Connection or workspace id";
const PASTE = (text: string) => ({ send: `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~` });
const ENTER = { send: "\r" };

interface Stage {
  readonly platform: LocalPlatform;
  readonly lead: TeamMember;
  readonly home: TestDir;
  play(steps: readonly PtyStep[], args?: readonly string[]): Promise<PtyRun>;
  saved(name: string): string | undefined;
}

function terminalTest(name: string, test: (stage: Stage) => Promise<void>): void {
  testUnless(NO_PTY, name, async () => {
    await using platform = await startLocalPlatform();
    await using home = await TestDir.make();
    const [lead] = await createTeam(platform);
    if (!lead) throw new Error("No team");
    await test({
      platform,
      lead,
      home,
      play: async (steps, args = []) => {
        const run = await runOnTerminal(["auth", "login", ...args], steps, { home: home.path });
        assertEquals(run.missed, null, run.shown);
        assert(run.isRestored, "The terminal is not as it was");
        assertEquals(run.left, "", "Something is left for the shell");
        assert(!run.shown.includes(lead.token), "The token shows");
        return run;
      },
      saved: (name) => {
        try {
          return Deno.readTextFileSync(home.at(".molecule-workspace", name));
        } catch {
          return undefined;
        }
      },
    });
  });
}

/** The canvas's connection, as people see it. */
function connection({ platform, lead }: Stage, spaces = 2): string {
  const { id: workspace_id, token: auth_token } = lead;
  return JSON.stringify(
    { connection: { workspace_id, platform_url: platform.url, auth_token } },
    null,
    spaces,
  );
}

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
    { expect: "molecule-mcp install claude-code" },
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
      { expect: "There is no workspace id" },
      { expect: FIRST },
      PASTE(`{"workspace_id": "${lead.id}", "platform_url": "acme", "auth_token": ""}`),
      ENTER,
      { expect: "Expected an http" },
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
    const steps = [
      { expect: FIRST },
      { send: other.id },
      ENTER,
      { expect: "Platform URL" },
      ENTER,
      { expect: "Token" },
      { send: other.token },
      ENTER,
      { expect: `is set up for workspace ${lead.id}` },
      { expect: "Replace it? [y/N]" },
    ];
    const no = await stage.play([...steps, ENTER, { expect: "Cancelled" }]);
    assertEquals([no.code, stage.saved(".auth_token")], [1, lead.token]);
    const yes = await stage.play([...steps, { send: "y\r" }, { expect: "install" }]);
    assertEquals([yes.code, stage.saved(".auth_token")], [0, other.token]);
  },
);

for (const [name, step] of Object.entries({ "Ctrl-C": "\x03", "Ctrl-D": "\x04" })) {
  terminalTest(`${name} ends it, with nothing saved`, async (stage) => {
    const args = ["--workspace-id", stage.lead.id, "--platform-url", stage.platform.url];
    const { code, shown } = await stage.play([{ expect: "Token" }, { send: step }], args);
    assertEquals(code, 1);
    assertMatch(shown, /Cancelled; nothing was saved/);
    assertEquals(stage.platform.requests.length, 0);
    assertEquals(stage.saved("settings.json"), undefined);
  });
}

for (const signal of [1, 2, 15]) {
  terminalTest(`signal ${signal} at a question leaves the terminal as it was`, async (stage) => {
    const { code } = await stage.play([{ expect: FIRST }, { pause: 0.1 }, { signal }]);
    assertEquals(code, 1);
  });
}

terminalTest("Ctrl-C while the platform does not answer", async (stage) => {
  stage.platform.faults.use(() => "hang");
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage)),
    ENTER,
    { expect: "Asking" },
    { pause: 0.3 },
    { send: "\x03" },
  ]);
  assertEquals(code, 1);
  assertMatch(shown, /Cancelled; nothing was saved/);
  assertEquals(stage.saved("settings.json"), undefined);
});

terminalTest("a hosted platform's organisation is asked for", async (stage) => {
  stage.platform.faults.use(({ headers }) =>
    headers["x-molecule-org-id"] === "acme" ? undefined : new Response("", { status: 404 })
  );
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage)),
    ENTER,
    { expect: "Organisation id:" },
    { send: "acme\r" },
    { expect: "install" },
  ]);
  assertEquals(code, 0, shown);
  assertEquals(JSON.parse(stage.saved("settings.json") ?? "").org_id, "acme");
});

terminalTest("a refused token is not saved", async (stage) => {
  stage.platform.revokeTokens(stage.lead.id);
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage)),
    ENTER,
    { expect: "Nothing was saved." },
  ]);
  assertEquals(code, 3, shown);
  assertEquals(stage.saved("settings.json"), undefined);
});
