import { assert, assertMatch, assertStringIncludes } from "@std/assert";
import { helpText } from "../../src/cli/help.ts";
import { ENVIRONMENT } from "../../src/config/environment.ts";
import { VERSION } from "../../src/version.ts";

Deno.test("the help names every setting once, with what it sets", () => {
  for (const { name, meaning, group } of ENVIRONMENT) {
    const lines = helpText().split("\n").filter((line) => line.trim().split(/ {2,}/)[0] === name);
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
      "Exit codes: 0",
      "1 a command",
      "2 the command line",
      "3 the platform",
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
