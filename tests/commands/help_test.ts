import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { environmentText, helpText } from "../../src/commands/help.ts";
import { COMMANDS } from "../../src/cli/command_table.ts";
import { CLIENTS } from "../../src/commands/clients/clients.ts";
import { meantClient, meantCommand } from "../../src/commands/support/did_you_mean.ts";
import { ENVIRONMENT } from "../../src/config/environment.ts";
import { VERSION } from "../../src/version.ts";

Deno.test("the help names every setting once, with what it sets", () => {
  for (const { name, meaning, group } of ENVIRONMENT) {
    const lines = environmentText().split("\n").filter((line) =>
      line.trim().split(/ {2,}/)[0] === name
    );
    assert(lines.length === (group === "host" ? 0 : 1), name);
    if (lines[0] !== undefined) assertStringIncludes(lines[0], meaning);
  }
});

Deno.test("the help says the version, how to call it, and the exit codes", () => {
  const text = helpText();
  assert(text.startsWith(`molecule-mcp ${VERSION}: `));
  for (
    const part of [
      "--help",
      "--version",
      "0    end of input",
      "1    a command",
      "2    the command line",
      "3    the platform",
      "4    upgrade --check",
      "130  interrupted by Ctrl-C",
    ]
  ) {
    assertStringIncludes(text, part);
  }
});

Deno.test("the help says what to begin with, and where what was entered is kept", () => {
  const text = helpText();
  assert(text.indexOf("auth login") < text.indexOf("\nCommands:"));
  for (const part of [".auth_token", "settings.json", "~/.molecule-workspace", "install CLIENT"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("the help ends without a blank line", () => assertMatch(helpText(), /\S$/));

Deno.test("the help is ASCII: PowerShell takes what is piped to it for the console's code page", () => {
  assertMatch(helpText(), /^[\n\x20-\x7e]*$/);
});

Deno.test("no line is too wide for its terminal, no word is broken, and the help is short", () => {
  for (const width of [60, 80]) {
    for (const text of [helpText(width), environmentText(width)]) {
      for (const line of text.split("\n")) assert(line.length <= width, line);
      const whole = text === helpText(width) ? helpText(1000) : environmentText(1000);
      assertEquals(text.split(/\s+/), whole.split(/\s+/));
    }
  }
  assert(helpText().split("\n").length <= 50);
});

Deno.test("what is mistyped, or called as elsewhere, is recognised", () => {
  const names = COMMANDS.map(({ name }) => name);
  const commands: Readonly<Record<string, string | undefined>> = {
    "auth logn": "auth login",
    login: "auth login",
    logout: "auth logout",
    whoami: "auth status",
    setup: "auth login",
    init: "auth login",
    update: "upgrade",
    "--halp": "--help",
    doctr: "doctor",
    "tok-Xy7_Nobody": undefined,
  };
  for (const [typed, meant] of Object.entries(commands)) {
    assertEquals(meantCommand(typed.split(" "), names), meant, typed);
  }
  const ids = CLIENTS.map(({ id }) => id);
  const clients: Readonly<Record<string, string | undefined>> = {
    claude: "claude-code",
    "claude desktop": "claude-desktop",
    "vs-code": "vscode",
    copilot: "copilot-cli",
    gemini: "gemini-cli",
    "opencode-ai": "opencode",
    Cursor: "cursor",
    something: undefined,
  };
  for (const [typed, meant] of Object.entries(clients)) {
    assertEquals(meantClient(typed, ids), meant, typed);
  }
});
