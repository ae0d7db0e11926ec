import { assertEquals, assertStringIncludes } from "@std/assert";
import { smoke, smokeAll } from "../../scripts/smoke.ts";
import { LIMITS, type Limits } from "../../scripts/smoke/limits.ts";
import { PROBES } from "../../scripts/smoke/probes.ts";
import { executableName, TARGETS } from "../../scripts/release/targets.ts";
import { findings } from "../release/impostors.ts";
import { bundleInto, compiledWith, fakeExecutable } from "../release/testing.ts";
import { TestDir } from "../support/test_dir.ts";
import { NOT_LINUX, testUnless } from "../support/test_unless.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

/** For impostors that hang: how long does not matter, they never end. */
const IMPATIENT: Limits = { ...LIMITS, printTimeoutMs: 4_000, endTimeoutMs: 1_500 };

Deno.test("the smoke passes a program that is as it should be", async () => {
  assertEquals(await findings("as it should be"), "");
});

const IMPOSTORS: readonly [mode: string, finding: string, limits?: Limits][] = [
  ["without the friendly error", 'error: expected stderr to include "missing required'],
  ["with exit code 1 for missing settings", "error: exit code: expected 2, got 1"],
  ["with the friendly error on stdout too", 'error: stdout: expected "", got "missing'],
  ["that hangs without settings", "error: waited 4000 ms for the program to end", IMPATIENT],
  ["of another version", 'version: stdout: expected "molecule-mcp'],
  ["without its second file", 'commands: stderr: expected "", got "molecule-mcp: this command'],
  ["with a banner on stdout", 'exchange: stdout carries what is not MCP: "Welcome!"'],
  ["that logs JSON on stdout", "exchange: stdout carries what is not MCP"],
  [
    "that does not say that its environment is closed",
    "environment: expected: the environment is closed",
  ],
  ["that crashes when it serves", "exchange: the process closed stdout"],
  ["that logs what goes well", "exchange: expected: stderr is silent on success"],
  [
    "that hangs at the end of its input",
    "exchange: waited 1500 ms for the process to end",
    IMPATIENT,
  ],
];

for (const [mode, finding, limits] of IMPOSTORS) {
  Deno.test({
    name: `the smoke finds a program ${mode}`,
    // An impostor that has to be killed leaves its pipes and its end behind.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const found = await findings(mode, finding, limits);
      assertStringIncludes(found, finding);
      assertEquals(found.split("\n").length, 1, found);
    },
  });
}

testUnless(NOT_LINUX, {
  name: "the smoke finds a program that leaves a process",
  async fn() {
    assertStringIncludes(
      await findings("that leaves a process", "exchange: "),
      "no process is left",
    );
  },
});

Deno.test("the smoke finds an executable with wider permissions baked in", async () => {
  await using dir = await TestDir.make();
  const executable = dir.at("program");
  await Deno.writeFile(executable, compiledWith({ allow_env: [], allow_run: [], prompt: false }));
  const { failures } = await smoke(
    {
      name: "too wide",
      command: denoCommand(),
      args: ["run", "--no-config", "-A", await bundleInto(dir)],
      executable,
    },
    LIMITS,
    PROBES.filter(({ name }) => name === "permissions"),
  );
  assertEquals(failures.length, 1);
  assertStringIncludes(failures[0] ?? "", "permissions: permissions baked in: allow_env: expected");
  assertStringIncludes(failures[0] ?? "", "allow_run: expected null, got []");
});

Deno.test("the smoke finds a program that cannot be started", async () => {
  const { failures } = await smoke({ name: "absent", command: "/no/such/program", args: [] });
  assertStringIncludes(failures.join("\n"), "cannot be started");
});

Deno.test("the smoke fails when the executable of this system is missing", async () => {
  await using dir = await TestDir.make();
  const rows = await smokeAll({ expectTargets: false, dir: dir.url, own: TARGETS[0] });
  assertEquals(rows.map(({ name, failures }) => [name, ...failures]), [
    ["molecule-mcp-linux-x86_64", "it is missing"],
    ["molecule-mcp.js", "it is missing"],
  ]);
});

Deno.test("with --expect-targets every executable has to be there", async () => {
  await using dir = await TestDir.make();
  const rows = await smokeAll({ expectTargets: true, dir: dir.url, own: undefined });
  assertEquals(
    rows.map(({ name, failures }) => [name, ...failures]),
    [...TARGETS.map(executableName), "molecule-mcp.js"].map((name) => [name, "it is missing"]),
  );
});

Deno.test("executables of other systems are listed as not run, and looked at", async () => {
  await using dir = await TestDir.make();
  const [linux, , mac] = TARGETS;
  if (!linux || !mac) throw new Error("no targets");
  await Deno.writeFile(dir.at(executableName(linux)), fakeExecutable("linux x86_64"));
  await Deno.writeFile(dir.at(executableName(mac)), fakeExecutable("linux x86_64"));
  const rows = await smokeAll({ expectTargets: false, dir: dir.url, own: undefined });
  assertEquals(rows.slice(0, 2), [
    { name: "molecule-mcp-linux-x86_64", cells: ["not run here"], failures: [] },
    {
      name: "molecule-mcp-macos-x86_64",
      cells: ["FAILED"],
      failures: ["expected an executable for macos x86_64, got one for linux x86_64"],
    },
  ]);
});
