import { assertEquals, assertMatch } from "@std/assert";
import { runCommand } from "../cli/support.ts";
import { programCommand } from "../e2e/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { lacking, testUnless } from "../support/test_unless.ts";

const script = await runCommand("script", ["--version"]).then(
  ({ code }) => code === 0,
  () => false,
);

/** What a terminal gets of the program's bare run: it runs what ships. */
async function onTerminal(home: string, env: Record<string, string>): Promise<string> {
  const line = programCommand().map((part) => `'${part}'`).join(" ");
  const { stdout } = await runCommand("script", ["-qec", line, "/dev/null"], {
    HOME: home,
    TERM: "xterm",
    ...env,
  });
  return stdout;
}

testUnless(lacking("script of util-linux", script), {
  name: "what ships has colours on a terminal, and none with NO_COLOR",
  fn: async () => {
    await using home = await TestDir.make();
    // deno-lint-ignore no-control-regex
    const colour = /\u001b\[\d+m/;
    assertMatch(await onTerminal(home.path, {}), colour);
    const plain = await onTerminal(home.path, { NO_COLOR: "1" });
    assertMatch(plain, /auth login/);
    assertEquals(colour.test(plain), false);
  },
});
