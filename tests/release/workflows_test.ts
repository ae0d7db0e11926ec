import { assertEquals } from "@std/assert";
import { own } from "../../scripts/check_workflows.ts";
import { denoVersion } from "../../scripts/release/project.ts";
import { TARGETS } from "../../scripts/release/targets.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, root));

const GOOD = `name: x
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
`;

function messages(text: string): string[] {
  return own(text).map(({ line, message }) => `${line}: ${message}`);
}

Deno.test("a workflow with pinned actions, permissions and time limits passes", () => {
  assertEquals(messages(GOOD), []);
});

Deno.test("an action that is not pinned by its commit is found", () => {
  for (const pin of ["v6", "main", "de0fac2", "de0fac2e4500dabe0009e67214ff5f5447ce83dd"]) {
    assertEquals(messages(GOOD.replace(/@.*/, `@${pin}`)), [
      `10: pin actions/checkout@${pin} by its commit, with the version as a comment`,
    ]);
  }
});

Deno.test("a job without permissions or a time limit is found", () => {
  assertEquals(messages(GOOD.replace("    timeout-minutes: 5\n", "")), [
    '4: job "test" has no timeout-minutes',
  ]);
  assertEquals(messages(GOOD.replace("    permissions:\n      contents: read\n", "")), [
    '4: job "test" has no permissions',
  ]);
});

Deno.test("a workflow that gives permissions to every job is found", () => {
  assertEquals(messages(GOOD.replace("permissions: {}", "permissions: write-all")), [
    "1: the workflow itself must have no permissions",
  ]);
});

Deno.test("a release runs every executable on its own runner, and CI does too", async () => {
  for (const workflow of ["ci", "release"]) {
    const text = await read(`.github/workflows/${workflow}.yml`);
    const targets = [...text.matchAll(/target: ([\w-]+) }/g)].map(([, target]) => target);
    assertEquals(targets, TARGETS.map(({ triple }) => triple), workflow);
  }
});

Deno.test("a release is made from JSR, and published only after everything else", async () => {
  const text = await read(".github/workflows/release.yml");
  assertEquals(text.match(/MOLECULE_DEPS: \w+/g), ["MOLECULE_DEPS: jsr"]);
  assertEquals(text.match(/needs: \[.*\]/g), ["needs: [test, build, smoke]"]);
  assertEquals(text.includes("continue-on-error"), false);
});

Deno.test("a release smokes and publishes what was built, by one checksum from the build", async () => {
  const jobs = (await read(".github/workflows/release.yml")).split(/^ {2}(?=[\w-]+:$)/m);
  const checking = jobs.filter((job) =>
    job.includes("CHECKSUM: ${{ needs.build.outputs.checksum }}") &&
    job.includes('--check --strict <<< "$CHECKSUM  SHA256SUMS"') &&
    job.includes("--check --strict SHA256SUMS\n")
  );
  assertEquals(checking.map((job) => /^[\w-]+/.exec(job)?.[0]), ["smoke", "publish"]);
});

Deno.test("everything uses the same Deno", async () => {
  for (const path of [".ci/run", ".github/workflows/ci.yml", ".github/workflows/release.yml"]) {
    const versions = (await read(path)).match(/(?<=deno@|deno-version: )\d+\.\d+\.\d+/g) ?? [];
    // The oldest that the program runs on has a job of its own.
    assertEquals(new Set(versions.filter((found) => found !== "2.6.8")), new Set([denoVersion]));
  }
});
