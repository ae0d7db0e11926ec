import { assertEquals } from "@std/assert";
import { checkClients } from "../../src/commands/doctor/clients.ts";
import { setPlatformUrl, unsetVariables } from "../../src/commands/doctor/next_step.ts";
import type { Target } from "../../src/commands/probe/target.ts";
import { lacking, NO_SHELL, testUnless } from "../support/test_unless.ts";

const url = { base: "https://a.example", origin: "https://a.example", exposed: false };
const target: Target = { url, isUrlSaved: true, bypassProxy: false };

testUnless(NO_SHELL, "the next step is for the identity that was looked at", () => {
  const work = { ...target, profile: "work" };
  assertEquals(
    setPlatformUrl(work, "https://b.example"),
    "molecule-mcp auth login --platform-url 'https://b.example' --profile work",
  );
  const entry = {
    file: "/home/you/.claude.json",
    name: "molecule-work",
    scope: "user",
    command: "/old/molecule-mcp",
    pointsTo: "dead",
    tokenInClear: false,
    variables: [],
  } as const;
  const client = { id: "claude-code", name: "Claude Code", after: () => [] };
  const [finding] = checkClients([{ client, installed: true, entries: [entry], problems: [] }]);
  assertEquals(finding?.next, "molecule-mcp install claude-code --profile work --replace");
});

Deno.test("an address that only the canvas knows is asked for, not made up", () => {
  assertEquals(setPlatformUrl(target, "<the canvas's address>"), "molecule-mcp auth login");
  const set = setPlatformUrl({ ...target, isUrlSaved: false }, "<the canvas's address>");
  assertEquals(set, "Set PLATFORM_URL to the canvas's address");
});

for (const shell of ["sh", "bash", "zsh", "fish"]) {
  testUnless(
    lacking(shell, Deno.build.os !== "windows" && hasShell(shell)),
    `in ${shell}, what takes variables away leaves them blank`,
    async () => {
      const command = unsetVariables("WORKSPACE_ID", "HTTPS_PROXY");
      const { stdout } = await new Deno.Command(shell, {
        args: ["-c", `${command}; env`],
        env: { WORKSPACE_ID: "x", HTTPS_PROXY: "http://127.0.0.1:1" },
      }).output();
      const lines = new TextDecoder().decode(stdout).split("\n");
      const left = lines.filter((line) => /^(WORKSPACE_ID|HTTPS_PROXY)=./.test(line));
      assertEquals([left, lines.length > 2], [[], true]);
    },
  );
}

function hasShell(name: string): boolean {
  try {
    return new Deno.Command(name, { args: ["-c", "exit 0"] }).outputSync().success;
  } catch {
    return false;
  }
}
