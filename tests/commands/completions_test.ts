import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../src/cli/command_table.ts";
import { bashCompletions } from "../../src/commands/completions/bash.ts";
import { fishCompletions } from "../../src/commands/completions/fish.ts";
import { placesOf } from "../../src/commands/completions/places.ts";
import { powershellCompletions } from "../../src/commands/completions/powershell.ts";
import { zshCompletions } from "../../src/commands/completions/zsh.ts";
import { runProgram } from "../cli/support.ts";
import { testUnless } from "../support/test_unless.ts";
import { SAMPLE_COMMANDS, sampleUsage } from "./completions/sample.ts";
import { SHELLS } from "./completions/shells.ts";

const sample = placesOf(SAMPLE_COMMANDS, sampleUsage);
const SCRIPTS = {
  bash: bashCompletions(sample),
  zsh: zshCompletions(sample),
  fish: fishCompletions(sample),
};

/** A command line up to the cursor, and the words that may follow, sorted. */
const CASES: readonly (readonly [line: string, words: readonly string[]])[] = [
  ["molecule-mcp ", ["auth", "install", "read", "serve"]],
  ["molecule-mcp i", ["install"]],
  ["molecule-mcp -", ["--help", "--local", "--profile", "--version"]],
  ["molecule-mcp auth ", ["login", "logout"]],
  ["molecule-mcp auth logi", ["login"]],
  ["molecule-mcp auth login --s", ["--scope"]],
  ["molecule-mcp auth login -", [
    "--help",
    "--json",
    "--local",
    "--profile",
    "--scope",
    "--workspace-id",
  ]],
  ["molecule-mcp auth login --scope ", ["project", "user"]],
  ["molecule-mcp auth login --scope u", ["user"]],
  ["molecule-mcp auth login --workspace-id ", []],
  // A flag's value is no command, whatever it says.
  ["molecule-mcp auth login --workspace-id install --js", ["--json"]],
  ["molecule-mcp install ", ["claude-code", "codex"]],
  ["molecule-mcp install codex cl", ["claude-code"]],
  ["molecule-mcp install --only a --only ", ["a", "b"]],
  ["molecule-mcp install --only a co", ["codex"]],
];

for (const { name, skipped, complete } of SHELLS) {
  for (const [line, words] of CASES) {
    testUnless(skipped, `${name} completes "${line}"`, async () => {
      assertEquals(await complete(SCRIPTS[name], line), words);
    });
  }

  testUnless(skipped, `${name} completes a value after "="`, async () => {
    const offered = await complete(SCRIPTS[name], "molecule-mcp auth login --scope=u");
    assertEquals(offered.map((word) => word.replace("--scope=", "")), ["user"]);
  });

  testUnless(skipped, `${name} takes the program's own script`, async () => {
    const { code, stdout, stderr } = await runProgram({ args: ["completions", name] });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const commands = new Set(COMMANDS.map(({ name }) => name.split(" ")[0] ?? ""));
    assertEquals(await complete(stdout, "molecule-mcp "), [...commands].sort());
    assertEquals(await complete(stdout, "molecule-mcp completions "), [
      ...["bash", "fish", "powershell", "zsh"],
    ]);
  });
}

const fish = SHELLS.find(({ name }) => name === "fish");

testUnless(fish?.skipped, "fish completes a file's name where one is meant", async () => {
  const offered = await fish?.complete(SCRIPTS.fish, "molecule-mcp read --bundle ma");
  assertEquals(offered, ["main"]);
});

Deno.test("bash and zsh leave a file's name to their line editor", () => {
  assertStringIncludes(SCRIPTS.bash, "/read:--bundle) words='FILES'");
  assertStringIncludes(SCRIPTS.zsh, ":FILE:_files'");
});

Deno.test("PowerShell's script holds every word, and a quote is doubled", () => {
  const script = powershellCompletions(sample);
  for (
    const text of [
      "'' = @(,@('serve', 'serve'); ,@('auth', 'login, logout')",
      "'/auth' = @(,@('login', 'what''s `typed` [or: $HOME]')",
      "'/install' = @(,@('claude-code', 'CLIENT'); ,@('codex', 'CLIENT'))",
      "'/auth/login:--scope' = @(,@('user', 'SCOPE'); ,@('project', 'SCOPE'))",
      "$takesValue = @('--profile', '--scope', '--workspace-id', '--only', '--bundle')",
    ]
  ) assertStringIncludes(script, text);
});

Deno.test("no word or flag needs quoting in any shell", async () => {
  const { stdout } = await runProgram({ args: ["completions", "bash"] });
  for (const [, words = ""] of stdout.matchAll(/words='([^']*)'/g)) {
    for (const word of words.split(" ")) assert(/^[\w.-]*$/.test(word), word);
  }
});

Deno.test("completions without a shell that it knows says which there are", async () => {
  for (const args of [[], ["tcsh"], ["bash", "zsh"]]) {
    const { code, stdout, stderr } = await runProgram({ args: ["completions", ...args] });
    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    assertEquals(
      stderr,
      "molecule-mcp: completions: expected one of bash, zsh, fish, powershell\n" +
        "What it takes: molecule-mcp completions --help\n",
    );
  }
});
