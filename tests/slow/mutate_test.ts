import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { dependencyFlags } from "../e2e/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_SIGNALS, testUnless } from "../support/test_unless.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** A mutation run whose copies of the tree are in this directory. */
function mutate(temp: TestDir, ...options: string[]): Deno.ChildProcess {
  const flags = dependencyFlags();
  const passedOn = flags.map((flag) => `--deno=${flag}`);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, "-A", "scripts/mutate.ts", ...passedOn, ...options],
    cwd: ROOT,
    env: { TMPDIR: temp.path, TEMP: temp.path, TMP: temp.path },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

Deno.test("a mutation run tells its mutants and a score, and leaves nothing behind", async () => {
  await using temp = await TestDir.make();
  // The line that keeps half a character from being shown.
  const run = mutate(temp, "--only=src/lib/cut_text.ts:10", "--threshold=50");
  const { code, stdout } = await run.output();
  const text = new TextDecoder().decode(stdout);
  assertMatch(text, /^killed {3}src\/lib\/cut_text\.ts:10 `.*` -> `undefined`$/m);
  assertMatch(text, /^\d of \d killed: \d+\.\d %$/m);
  assertEquals([code, await temp.names()], [0, []]);
});

Deno.test("the same seed lists the same mutants, and tries none", async () => {
  await using temp = await TestDir.make();
  const list = async (seed: number) => {
    const run = mutate(temp, "--only=src/lib", "--count=5", `--seed=${seed}`, "--list");
    return new TextDecoder().decode((await run.output()).stdout).trim().split("\n").slice(1);
  };
  const first = await list(7);
  assertEquals(first.length, 5);
  assertEquals(await list(7), first);
  assertNotEquals(await list(8), first);
});

testUnless(NO_SIGNALS, {
  name: "one that is interrupted leaves nothing behind",
  fn: async () => {
    await using temp = await TestDir.make();
    const run = mutate(temp, "--only=src/lib");
    const output = run.output();
    while ((await temp.names()).length === 0) await new Promise((done) => setTimeout(done, 20));
    run.kill("SIGINT");
    assertEquals([(await output).code, await temp.names()], [130, []]);
  },
});
