import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { StatusFile } from "../../../src/cli/status_file.ts";
import { childEnvironment } from "../../../scripts/child_environment.ts";
import { programCommand } from "../../e2e/program.ts";
import { TestDir } from "../../support/test_dir.ts";
import { lacking, testUnless } from "../../support/test_unless.ts";

/** util-linux's `script` runs a command in a terminal of its own. */
const HAS_SCRIPT = Deno.build.os === "linux" && await hasScript();

/** Types Ctrl-C when the screen shows the text; returns everything written and the exit code. */
async function watched(
  dir: TestDir,
  { shows, env = {} }: { shows: string; env?: Record<string, string> },
): Promise<{ screen: string; code: number }> {
  const words = [...programCommand(), "status", "--watch"].map((word) => `'${word}'`);
  const child = new Deno.Command("script", {
    args: ["-qec", `stty rows 20 cols 60; exec ${words.join(" ")}`, "/dev/null"],
    clearEnv: true,
    env: { ...childEnvironment(), TERM: "xterm", CONFIGS_DIR: dir.path, SHELL: "/bin/sh", ...env },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  let screen = "";
  let isTyped = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    screen += chunk;
    if (isTyped || !screen.includes(shows)) continue;
    isTyped = true;
    await writer.write(new TextEncoder().encode("\x03"));
  }
  await writer.close().catch(() => {});
  return { screen, code: (await child.status).code };
}

testUnless(lacking("script of util-linux", HAS_SCRIPT), {
  name: "Ctrl-C ends --watch, and the screen is as it was",
  fn: async () => {
    await using dir = await TestDir.make();
    const file = new StatusFile(dir.path, () => ({ format: 1, pid: 4711, version: "0.1.0" }));
    file.open();
    const { screen, code } = await watched(dir, { shows: "Process 4711" });
    await file.close();
    assertEquals(code, 0);
    assert(screen.startsWith("\x1b[?1049h\x1b[?25l"), JSON.stringify(screen.slice(0, 40)));
    assert(screen.trimEnd().endsWith("\x1b[?25h\x1b[?1049l"), JSON.stringify(screen.slice(-40)));
    assertStringIncludes(screen, "Ctrl-C ends this.");
  },
});

testUnless(lacking("script of util-linux", HAS_SCRIPT), {
  name: "--watch shows what changes, and no more lines than the terminal has",
  fn: async () => {
    await using dir = await TestDir.make();
    const workspaces = Array.from({ length: 30 }, (_, n) => ({ id: `ws-${n}` }));
    let version = "1.0.0";
    const file = new StatusFile(dir.path, () => ({ format: 1, version, workspaces }));
    file.open();
    const changes = setTimeout(() => {
      version = "2.0.0";
      file.changed();
    }, 1500);
    const { screen } = await watched(dir, { shows: "molecule-mcp 2.0.0" });
    clearTimeout(changes);
    await file.close();
    const drawn = screen.split("\x1b[H").slice(1);
    assert(drawn.length >= 2 && drawn[0]?.includes("molecule-mcp 1.0.0"), "it was drawn again");
    for (const one of drawn) assert(one.split("\n").length <= 20, one);
  },
});

testUnless(lacking("script of util-linux", HAS_SCRIPT), {
  name: "a terminal without control sequences is not used to watch",
  fn: async () => {
    await using dir = await TestDir.make();
    const { screen, code } = await watched(dir, { shows: "nothing", env: { TERM: "dumb" } });
    assertEquals(code, 2);
    assertStringIncludes(screen, "--watch needs a terminal");
  },
});

async function hasScript(): Promise<boolean> {
  try {
    return (await new Deno.Command("script", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}
