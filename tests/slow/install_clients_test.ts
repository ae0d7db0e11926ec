import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runProgram } from "../cli/support.ts";
import { type TestTeam, testTeam } from "../e2e/test_workspace.ts";
import { TestDir } from "../support/test_dir.ts";
import { testUnless } from "../support/test_unless.ts";
import { fetchRealClients, pathWith, runClient } from "./real_clients.ts";
import { type StandInModel, startStandInModel } from "./stand_in_model.ts";

const clients = await fetchRealClients();
const REASON = "reason" in clients ? clients.reason : undefined;
const PATH = "folder" in clients ? pathWith(clients.folder) : "";

/** A person's home, with an account that leads to the stand-in and settings as `auth login` saves them. */
interface Person extends AsyncDisposable {
  readonly dir: TestDir;
  readonly team: TestTeam;
  readonly model: StandInModel;
  /** Runs a client there; what it writes, without colours. */
  run(command: string, args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** Writes a file that has nothing to do with this program. */
  write(text: string, ...path: string[]): Promise<void>;
  install(client: string): Promise<void>;
}

async function person(): Promise<Person> {
  const team = await testTeam();
  const dir = await TestDir.make();
  const model = startStandInModel("list_peers");
  const write = async (text: string, ...path: string[]) => {
    await Deno.mkdir(dir.at(...path.slice(0, -1)), { recursive: true });
    await Deno.writeTextFile(dir.at(...path), text);
  };
  await Deno.mkdir(dir.at("work"));
  await Deno.mkdir(dir.at(".molecule-workspace"), { mode: 0o700 });
  const settings = { version: 1, workspace_id: team.id, platform_url: team.platform.url };
  await dir.write(".molecule-workspace/settings.json", JSON.stringify(settings));
  await dir.write(".molecule-workspace/.auth_token", team.token);
  return {
    dir,
    team,
    model,
    write,
    run: (command, args, env = {}) =>
      runClient(command, args, { cwd: dir.at("work"), env: { PATH, HOME: dir.path, ...env } }),
    async install(client) {
      const env = { HOME: dir.path, PATH };
      const { code, stdout, stderr } = await runProgram({ args: ["install", client], env });
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, `${client}: added molecule`);
      assertStringIncludes(stderr, "Settings: complete");
      const again = await runProgram({ args: ["install", client], env });
      assertStringIncludes(again.stdout, "nothing was changed");
    },
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]();
      await team[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** The model got from the tool what the platform says. */
function assertPeers({ model, team }: Person, output: string): void {
  const [result] = model.results;
  assert(result !== undefined, `the model was given no result; the client said:\n${output}`);
  assertStringIncludes(result, team.peerId);
}

testUnless(REASON, "Claude Code lists the server and calls list_peers", async () => {
  await using someone = await person();
  await someone.install("claude-code");
  assertMatch(await someone.run("claude", ["mcp", "list"]), /^molecule: .*Connected$/m);
  const output = await someone.run(
    "claude",
    ["-p", "hi", "--allowedTools", "mcp__molecule__list_peers"],
    {
      ANTHROPIC_API_KEY: "sk-stand-in",
      ANTHROPIC_BASE_URL: someone.model.url,
      ENABLE_TOOL_SEARCH: "false",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      IS_SANDBOX: "1",
    },
  );
  assertPeers(someone, output);
});

testUnless(REASON, "Claude Code finds the server of a folder's .mcp.json", async () => {
  await using someone = await person();
  // The program under test runs in the project's root: what it would write is put where it belongs.
  const { stdout } = await runProgram({
    args: ["install", "claude-code", "--print"],
    env: { HOME: someone.dir.path },
  });
  await someone.write(stdout, "work", ".mcp.json");
  assertMatch(await someone.run("claude", ["mcp", "list"]), /^molecule: /m);
});

testUnless(REASON, "codex lists the server and calls list_peers", async () => {
  await using someone = await person();
  await someone.write(
    [
      'model = "stand-in"',
      'model_provider = "stand-in"',
      'approval_policy = "never" # for this test',
      "[model_providers.stand-in]",
      'name = "stand-in"',
      `base_url = "${someone.model.url}/v1"`,
      'wire_api = "responses"',
      "",
    ].join("\n"),
    ".codex",
    "config.toml",
  );
  await someone.install("codex");
  assertMatch(await someone.run("codex", ["mcp", "list"]), /^molecule .*enabled/m);
  const output = await someone.run("codex", [
    "exec",
    "--skip-git-repo-check",
    "--dangerously-bypass-approvals-and-sandbox",
    "hi",
  ]);
  assertPeers(someone, output);
});

testUnless(REASON, "Gemini CLI lists the server and calls list_peers", async () => {
  await using someone = await person();
  await someone.write(
    '{\n  // an account\n  "security": { "auth": { "selectedType": "gemini-api-key" } }\n}\n',
    ".gemini",
    "settings.json",
  );
  // What the person does who is told to trust the folder.
  const trusted = JSON.stringify({ [someone.dir.at("work")]: "TRUST_FOLDER" });
  await someone.write(trusted, ".gemini", "trustedFolders.json");
  await someone.install("gemini-cli");
  assertMatch(await someone.run("gemini", ["mcp", "list"]), /molecule: .*Connected/);
  const output = await someone.run("gemini", ["--yolo", "-m", "gemini-2.5-flash", "-p", "hi"], {
    GEMINI_API_KEY: "stand-in",
    GOOGLE_GEMINI_BASE_URL: someone.model.url,
  });
  assertPeers(someone, output);
});

for (
  const [version, mcp] of [["1", ""], ["2", '"mcp": { "servers": {} },']] as const
) {
  testUnless(
    REASON,
    `OpenCode lists the server (shape of version ${version}) and calls list_peers`,
    async () => {
      await using someone = await person();
      await someone.write(
        `{
  // an account
  ${mcp}
  "model": "stand-in/stand-in",
  "small_model": "stand-in/stand-in",
  "provider": {
    "stand-in": {
      "npm": "@ai-sdk/openai-compatible",
      "options": { "baseURL": "${someone.model.url}/v1", "apiKey": "x" },
      "models": { "stand-in": { "tool_call": true } },
    },
  },
}
`,
        ".config",
        "opencode",
        "opencode.jsonc",
      );
      await someone.install("opencode");
      assertMatch(await someone.run("opencode", ["mcp", "list"]), /molecule\s+connected/);
      const output = await someone.run("opencode", ["run", "hi"]);
      assertPeers(someone, output);
    },
  );
}

testUnless(REASON, "GitHub Copilot CLI lists the server and calls list_peers", async () => {
  await using someone = await person();
  await someone.install("copilot-cli");
  assertMatch(await someone.run("copilot", ["mcp", "list"]), /molecule \(local\)/);
  assertStringIncludes(await someone.run("copilot", ["mcp", "get", "molecule"]), "Tools: * (all)");
  // With a provider of one's own it wants no login.
  const output = await someone.run("copilot", ["-p", "hi", "--allow-all-tools"], {
    COPILOT_OFFLINE: "true",
    COPILOT_PROVIDER_BASE_URL: `${someone.model.url}/v1`,
    COPILOT_MODEL: "stand-in",
  });
  assertPeers(someone, output);
});
