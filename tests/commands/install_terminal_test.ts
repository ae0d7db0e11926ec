/** install on a terminal, where it asks. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TestDir } from "../support/test_dir.ts";
import { testUnless } from "../support/test_unless.ts";
import { NO_PTY, type PtyStep, runOnTerminal } from "./on_terminal.ts";

const ENTER: PtyStep = { send: "\r" };

async function found(home: TestDir): Promise<void> {
  for (const folder of [".codex", ".gemini", ".cursor"]) await Deno.mkdir(home.at(folder));
  await home.write(".codex/config.toml", 'model = "x"\n');
  await home.write(".gemini/settings.json", "{}\n");
  await home.write(".cursor/mcp.json", "{}\n");
}

testUnless(NO_PTY, "without a name, install asks about each client that is found", async () => {
  await using home = await TestDir.make();
  await found(home);
  const { shown, code, isRestored, left } = await runOnTerminal(["install"], [
    { expect: "Install it for codex? [y/N]" },
    { send: "y\r" },
    { expect: "Install it for Gemini CLI? [y/N]" },
    ENTER,
    { expect: "Install it for Cursor? [y/N]" },
    { send: "y\r" },
    { expect: "switch molecule on" },
  ], { home: home.path, env: { PATH: "" } });
  assertEquals([code, isRestored, left], [0, true, ""], shown);
  assertStringIncludes(await Deno.readTextFile(home.at(".codex", "config.toml")), "molecule");
  assertStringIncludes(await Deno.readTextFile(home.at(".cursor", "mcp.json")), "molecule");
  assertEquals(await Deno.readTextFile(home.at(".gemini", "settings.json")), "{}\n");
});

testUnless(NO_PTY, "whoever says no to all, or breaks off, has nothing changed", async () => {
  await using home = await TestDir.make();
  await found(home);
  for (const answers of [[ENTER, ENTER, ENTER], [{ send: "y\r" }, { send: "\x04" }]]) {
    const steps = answers.flatMap((answer, index): PtyStep[] => [
      { expect: `Install it for ${["codex", "Gemini CLI", "Cursor"][index]}?` },
      answer,
    ]);
    const { shown, code, isRestored } = await runOnTerminal(
      ["install"],
      [...steps, { expect: "Next" }],
      { home: home.path, env: { PATH: "" } },
    );
    assertEquals([code, isRestored], [2, true], shown);
    assert(shown.includes("Nothing was changed."), shown);
    assertEquals(await Deno.readTextFile(home.at(".codex", "config.toml")), 'model = "x"\n');
  }
});

testUnless(
  NO_PTY,
  "Ctrl-C at a question ends install with 130, and nothing is changed",
  async () => {
    await using home = await TestDir.make();
    await found(home);
    const text = '{"mcpServers":{"molecule":{"command":"/gone/molecule-mcp"}}}\n';
    await home.write(".cursor/mcp.json", text);
    const options = { home: home.path, env: { PATH: "" } };
    for (
      const [args, expect] of [
        [["install"], "Install it for Gemini CLI?"],
        [["install", "cursor", "codex"], "Replace it? [y/N]"],
      ] as const
    ) {
      for (const end of [{ send: "\x03" }, { signal: 2 }]) {
        const before = args.length === 1 ? [{ expect: "codex?" }, { send: "y\r" }] : [];
        const { shown, code, isRestored, left } = await runOnTerminal(
          args,
          [...before, { expect }, { pause: 0.1 }, end, { expect: "Interrupted." }],
          options,
        );
        assertEquals([code, isRestored, left], [130, true, ""], shown);
        assertEquals(await Deno.readTextFile(home.at(".cursor", "mcp.json")), text);
        assertEquals(await Deno.readTextFile(home.at(".codex", "config.toml")), 'model = "x"\n');
      }
    }
  },
);

testUnless(
  NO_PTY,
  "another entry of that name is shown, and replaced only with a yes",
  async () => {
    await using home = await TestDir.make();
    await Deno.mkdir(home.at(".cursor"));
    const text = '{"mcpServers":{"molecule":{"command":"/gone/molecule-mcp"}}}\n';
    const path = await home.write(".cursor/mcp.json", text);
    for (const [answer, code] of [["n", 1], ["y", 0]] as const) {
      const run = await runOnTerminal(["install", "cursor"], [
        { expect: "a path where nothing is: /gone/molecule-mcp" },
        { expect: "Replace it? [y/N]" },
        { send: `${answer}\r` },
        { expect: answer === "y" ? "switch molecule on" : "left as it is" },
      ], { home: home.path, env: { PATH: "" }, columns: 200 });
      assertEquals([run.code, run.isRestored], [code, true], run.shown);
      assertEquals(await Deno.readTextFile(path) === text, answer === "n");
    }
  },
);
