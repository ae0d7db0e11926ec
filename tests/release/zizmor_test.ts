import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { audit, getZizmor } from "../../scripts/tools/zizmor.ts";
import { posixTest, TestDir } from "../support/test_dir.ts";
import { lacking, testUnless } from "../support/test_unless.ts";

/** Does as pip does: takes the directory from --target, and notes that it was asked. */
const INSTALLS = `
for arg; do case $arg in --target=*) target=\${arg#*=} ;; --version) exit ;; esac; done
echo "$@" >> "$0.calls"
mkdir -p "$target/bin"
echo 'exit 0' > "$target/bin/zizmor"`;

Deno.test("zizmor is pinned by its version and its hashes, alone", async () => {
  const url = new URL("../../scripts/tools/zizmor_requirements.txt", import.meta.url);
  const lines = (await Deno.readTextFile(url)).trim().split("\n").filter((line) =>
    !/^#/.test(line)
  );
  assert(/^zizmor==\d+\.\d+\.\d+ \\$/.test(lines[0] ?? ""));
  for (const line of lines.slice(1)) {
    assert(/^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$/.test(line), line);
  }
});

Deno.test("without Python there is no zizmor, and a reason", async () => {
  await using dir = await TestDir.make();
  assertEquals(await getZizmor(dir.path, [dir.at("no-python")]), {
    missing: "there is no Python with pip",
  });
});

posixTest("zizmor is installed once, by its hashes, and then found without Python", async () => {
  await using dir = await TestDir.make();
  const python = await dir.write("python", `#!/bin/sh${INSTALLS}`, 0o700);
  const first = await getZizmor(dir.at("cache"), [dir.at("no-python"), python]);
  assert("path" in first, JSON.stringify(first));
  assertEquals(await getZizmor(dir.at("cache"), []), first);
  const calls = (await Deno.readTextFile(`${python}.calls`)).trim().split("\n");
  assertEquals(calls.length, 1);
  assertStringIncludes(calls[0] ?? "", "--require-hashes");
});

posixTest("two that install zizmor at once do not disturb each other", async () => {
  await using dir = await TestDir.make();
  const python = await dir.write("python", `#!/bin/sh${INSTALLS}`, 0o700);
  const both = await Promise.all([1, 2].map(() => getZizmor(dir.at("cache"), [python])));
  assert(both.every((one) => "path" in one), JSON.stringify(both));
  assertEquals(
    (await Array.fromAsync(Deno.readDir(dir.at("cache", "molecule-mcp-tools")))).length,
    1,
  );
});

posixTest("why pip could not install zizmor is told, and nothing is left", async () => {
  for (
    const [said, reason] of [
      ["WARNING: Retrying (Retry(total=0))\nERROR: No matching distribution", "no answer from the"],
      ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\nand more", "DO NOT MATCH THE HASHES"],
    ]
  ) {
    await using dir = await TestDir.make();
    const script = `#!/bin/sh\n[ "$3" = --version ] && exit\necho '${said}' >&2\nexit 1\n`;
    const python = await dir.write("python", script, 0o700);
    const answer = await getZizmor(dir.at("cache"), [python]);
    assert("missing" in answer);
    assertStringIncludes(answer.missing, reason ?? "");
    assertEquals([...Deno.readDirSync(dir.at("cache", "molecule-mcp-tools"))], []);
  }
});

// `deno task check` has installed it, where that is possible; a test does not.
const installed = await getZizmor(undefined, []);

testUnless(lacking("zizmor", "path" in installed), {
  name: "zizmor finds what an attacker could use",
  async fn() {
    assert("path" in installed);
    await using dir = await TestDir.make();
    const workflow = (run: string) =>
      `name: x
on: [push]
permissions: {}
concurrency:
  group: x
  cancel-in-progress: true
jobs:
  job:
    name: job
    runs-on: ubuntu-24.04
    steps:
      - run: ${run}
`;
    const path = dir.at(".github", "workflows", "x.yml");
    await Deno.mkdir(dir.at(".github", "workflows"), { recursive: true });
    await Deno.writeTextFile(path, workflow("echo $GITHUB_HEAD_REF"));
    assert((await audit(installed.path, dir.url)).passed);
    await Deno.writeTextFile(path, workflow("echo ${{ github.head_ref }}"));
    const { passed, report } = await audit(installed.path, dir.url);
    assertEquals(passed, false);
    assertStringIncludes(report, "template-injection");
  },
});
