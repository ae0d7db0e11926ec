/** README.md as people use it: pasted into the shells that this machine has, and parsed as PowerShell. */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../src/cli/command_table.ts";
import { EDITED } from "../src/commands/clients/clients.ts";
import { PRINT_ONLY } from "../src/commands/clients/print_only.ts";
import { SETTINGS_KEYS } from "../src/config/settings_file.ts";
import { parsePowerShell } from "./support/parse_powershell.ts";
import { pathOf } from "./release/install_sh.ts";
import { TestDir } from "./support/test_dir.ts";
import { firstReason, lacking, NOT_LINUX, testUnless } from "./support/test_unless.ts";

/** A checkout on Windows may have changed the line endings. */
const README = (await Deno.readTextFile(new URL("../README.md", import.meta.url)))
  .replaceAll("\r\n", "\n");
/** Each block of code, with the language that stands at its beginning. */
const BLOCKS = [...README.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  .map(([, language = "", text = ""]) => ({ language, text }));
const SHELL_BLOCKS = BLOCKS.filter(({ language }) => language === "sh");
const POWERSHELL_BLOCKS = BLOCKS.filter(({ language }) => language === "powershell");

Deno.test("README: what is pasted has no prompt signs and no comments, which zsh takes for arguments", () => {
  assert(SHELL_BLOCKS.length > 8 && POWERSHELL_BLOCKS.length > 5);
  for (const { text } of [...SHELL_BLOCKS, ...POWERSHELL_BLOCKS]) {
    for (const line of text.split("\n")) {
      assert(!/(^|\s)#/.test(line), line);
      assert(!/^\s*([$>%]|PS\b.*>)\s/.test(line), line);
      assert(!/[\u2018-\u201f]/.test(line), line);
    }
  }
});

Deno.test("README: what asks is the last line of its block: it would take the next one for the answer", () => {
  for (const { text } of [...SHELL_BLOCKS, ...POWERSHELL_BLOCKS]) {
    for (const line of text.trimEnd().split("\n").slice(0, -1)) {
      assert(!/auth login|\bclaude -/.test(line), text);
    }
  }
});

Deno.test("README: the commands in it are there, and install takes the clients that it names", () => {
  const names = COMMANDS.map(({ name }) => name);
  for (const { text } of [...SHELL_BLOCKS, ...POWERSHELL_BLOCKS]) {
    for (const [, words = ""] of text.matchAll(/\bmolecule-mcp ((?:[a-z]+ ?)+)/g)) {
      assert(names.some((name) => `${words} `.startsWith(`${name} `)), `molecule-mcp ${words}`);
    }
  }
  const item = /^- \*\*`install`\*\*.*?(?=^- )/ms.exec(README)?.[0] ?? "";
  for (const { id } of EDITED) assert(item.includes(`\`${id}\``), id);
  const others = /`molecule-mcp install generic --print`.*?\.\s/s.exec(README)?.[0] ?? "";
  for (const { id } of PRINT_ONLY) assert(others.includes(id), id);
});

Deno.test("README: every key of settings.json, and the variable that wins over it, is named", () => {
  const section = README.slice(
    README.indexOf("\n## Settings\n"),
    README.indexOf("\n## Coming from"),
  );
  for (const names of Object.entries(SETTINGS_KEYS)) {
    for (const name of names) assert(section.includes(`\`${name}\``), name);
  }
});

Deno.test("README: JSON in it is JSON", () => {
  const json = BLOCKS.filter(({ language }) => language === "json");
  assert(json.length > 4);
  for (const { text } of json) JSON.parse(text);
});

Deno.test("README: the first screen has the three lines, and lines of text fit 140 columns", () => {
  const lines = README.split("\n");
  const beginning = (count: number) => lines.slice(0, count).join("\n");
  for (const line of ["](.github/page.png)", "| sh", "molecule-mcp local", "--local"]) {
    assert(beginning(24).includes(`${line}\n`), line);
  }
  for (const line of ["| iex", "auth login", "install claude-code"]) {
    assert(beginning(52).includes(`${line}\n`), line);
  }
  let isFenced = false;
  for (const line of lines) {
    if (line.startsWith("```")) isFenced = !isFenced;
    if (!isFenced && !/^(\||<details>)/.test(line)) assert(line.length <= 140, line);
  }
});

Deno.test("README: what is for PowerShell is PowerShell, and so is what is for every shell", async () => {
  const forAll = BLOCKS.filter(({ language }, at) =>
    language === "powershell" ||
    (language === "sh" && BLOCKS[at + 1]?.language !== "powershell")
  );
  // A line that goes on would end there.
  for (const { text } of forAll) assert(!/\\\n/.test(text), text);
  assertEquals(await parsePowerShell(forAll.map(({ text }) => text).join("\n")), {
    code: 0,
    said: "",
  });
});

// `script` of util-linux gives a shell a terminal.
const noTerminal = firstReason(
  NOT_LINUX,
  lacking("script", await pathOf("script") !== undefined),
);
const SHELLS: readonly [name: string, ...args: string[]][] = [
  ["bash", "--norc", "--noprofile", "-i"],
  ["zsh", "-f", "-i"],
  ["fish", "--no-config", "-i"],
];

for (const [shell, ...args] of SHELLS) {
  const path = await pathOf(shell);
  const skipped = firstReason(noTerminal, lacking(shell, path !== undefined));
  testUnless(skipped, `README: each block works pasted into ${shell}`, async () => {
    await using home = await TestDir.make();
    const expected = SHELL_BLOCKS.map(({ text }) => callsOf(text, home.path));
    const bin = await standIns(home, new Set(["mark", ...expected.flat().map(([name]) => name)]));
    const text = SHELL_BLOCKS.map(({ text }) => `${text}mark\n`).join("");
    const said = await paste(text, home, bin, [path ?? "", ...args]);
    const calls = (await Deno.readTextFile(home.at("calls"))).split("mark\n").slice(0, -1)
      .map((block) => block.split("\n").filter((call) => call !== ""));
    // The commands of a pipeline start in any order.
    assertEquals(
      calls.map((block) => block.sort()),
      expected.map((block) => block.map((words) => words.join("\x1f")).sort()),
      said,
    );
  });
}

Deno.test("README: the words that the blocks are read into are what a shell makes of them", () => {
  assertEquals(callsOf("a 'b c' ~/d \\\n  --e < f | sh\ng\n", "/h"), [
    ["a", "b c", "/h/d", "--e"],
    ["sh"],
    ["g"],
  ]);
});

/** The commands of a block with their arguments, as far as the README's lines go. */
function callsOf(text: string, home: string): string[][] {
  return text.replace(/\\\n\s*/g, "").split(/\n|\s\|\s/).map((line) => line.replace(/ < \S+/, ""))
    .map((line) =>
      [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
        .map(([, single, double, bare = ""]) =>
          single ?? double ?? bare.replace(/^~\//, `${home}/`)
        )
    )
    // Which notes nothing: it is the shell's own.
    .filter(([name]) => name !== undefined && name !== "cd");
}

/** A directory of programs that only note what they were called with. */
async function standIns(home: TestDir, names: ReadonlySet<string | undefined>): Promise<string> {
  const bin = home.at("bin");
  await Deno.mkdir(bin);
  await Deno.mkdir(home.at(".local", "bin"), { recursive: true });
  await Deno.writeTextFile(home.at("token.txt"), "token\n");
  for (const name of names) {
    assert(name !== undefined);
    const script = [
      "#!/bin/sh",
      `line=${name}`,
      `for word in "$@"; do line=$line$(printf '\\037')$word; done`,
      `printf '%s\\n' "$line" >> '${home.at("calls")}'`,
      "",
    ];
    await Deno.writeTextFile(`${bin}/${name}`, script.join("\n"), { mode: 0o755 });
  }
  return bin;
}

/** Types the text into a shell that has a terminal, with nothing but the stand-ins on its PATH. */
async function paste(
  text: string,
  home: TestDir,
  bin: string,
  shell: readonly string[],
): Promise<string> {
  const child = new Deno.Command(await pathOf("script") ?? "", {
    args: ["-qec", shell.join(" "), "/dev/null"],
    clearEnv: true,
    env: { HOME: home.path, PATH: bin, SHELL: "/bin/sh", TERM: "dumb" },
    cwd: home.path,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${text}exit\n`));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}
