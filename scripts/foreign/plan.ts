import { NPM_ONLY_FLAGS } from "../task/dependencies.ts";
import { childFlags, testArgs } from "../task/run.ts";
import type { System } from "./foreign_deno.ts";

/** One command of a run; its output says what became of each test. */
export interface Part {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Variables beside those of this process; undefined: not even that of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One that takes longer hangs, and is killed. */
  readonly timeoutMs: number;
}

/** What a plan needs to know of this machine. */
export interface Place {
  /** Runs the foreign Deno with the arguments it is given. */
  readonly command: string;
  /** A DENO_DIR that has the npm packages. */
  readonly denoDir: string;
  /** Files and folders of tests; none: those of the system. */
  readonly paths: readonly string[];
}

const MINUTE_MS = 60_000;
const TASK = ["run", "-A", "scripts/task.ts"];
/** Types are the same everywhere; what takes long and what no system changes is left out. */
const TEST = ["test", "--bundled", "--no-check"];

/** Under an emulated processor a test takes ten times as long: only what a system can change. */
const ARM64_UNIT_TESTS = ["tests/lib/files", "tests/auth", "tests/config", "tests/inbox/state"];
const WHOLE_PROCESS_FOLDERS = ["tests/e2e", "tests/cli"];
/** Start, settings, tools, inbox with kills, two processes, ends, bad input. */
const ARM64_WHOLE_PROCESS_TESTS = [
  ...["start", "settings", "state_dir", "token", "stateless", "agent_card", "push"],
  ...["inbox_delivery", "inbox_two_processes", "end", "bad_input", "attachments", "two_tenants"],
].map((name) => `tests/e2e/${name}_test.ts`);

/**
 * What to run for a system.
 *
 * Under Wine, everything: the tests run in Windows' Deno as well, as on GitHub's runner for Windows.
 * For arm64 the tests of whole processes run in this machine's Deno and start the foreign program;
 * those of files, locks and settings run in the foreign Deno.
 */
export function planOf(system: System, place: Place): readonly Part[] {
  return system === "windows" ? onWindows(place) : onArm64(place);
}

function onWindows({ command, denoDir, paths }: Place): Part[] {
  const env = {
    MOLECULE_DEPS: "npm",
    DENO_DIR: `Z:${denoDir.replaceAll("/", "\\")}`, // Where Wine shows this machine's files.
    TMPDIR: undefined, // Wine 10 crashes with it (free(): invalid pointer); it has a directory of its own.
  };
  const tests = paths.length > 0 ? paths : ["--ignore=tests/slow,tests/browser", "tests"];
  return [
    { name: "demo", command, args: [...TASK, "demo"], env, timeoutMs: 5 * MINUTE_MS },
    { name: "tests", command, args: [...TASK, ...TEST, ...tests], env, timeoutMs: 20 * MINUTE_MS },
  ];
}

function onArm64({ command, denoDir, paths }: Place): Part[] {
  const MOLECULE_TEST_DENO = command;
  const isWhole = (path: string) => WHOLE_PROCESS_FOLDERS.some((folder) => path.startsWith(folder));
  const whole = paths.length > 0
    ? paths.filter(isWhole)
    : [...ARM64_WHOLE_PROCESS_TESTS, "tests/cli/main_test.ts"];
  const unit = paths.length > 0 ? paths.filter((path) => !isWhole(path)) : ARM64_UNIT_TESTS;
  const env = { MOLECULE_TEST_DENO, DENO_DIR: denoDir, ...childFlags(NPM_ONLY_FLAGS) };
  // Tests that wait for one another's processors would wait too long.
  const DENO_JOBS = String(navigator.hardwareConcurrency);
  const own = {
    command: Deno.execPath(),
    env: { MOLECULE_TEST_DENO, MOLECULE_DEPS: "npm", DENO_JOBS },
  };
  const parts: Part[] = [
    { name: "demo", ...own, args: [...TASK, "demo"], timeoutMs: 5 * MINUTE_MS },
    {
      name: "whole processes",
      ...own,
      args: [...TASK, ...TEST, ...whole],
      timeoutMs: 20 * MINUTE_MS,
    },
    {
      name: "modules",
      command,
      env,
      args: [...testArgs(NPM_ONLY_FLAGS), "--no-check", ...unit],
      timeoutMs: 20 * MINUTE_MS,
    },
  ];
  return parts.filter(({ name }) =>
    !(name === "whole processes" && whole.length === 0) &&
    !(name === "modules" && unit.length === 0)
  );
}
