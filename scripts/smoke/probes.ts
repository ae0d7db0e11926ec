/**
 * What a new user would notice first: one probe for each thing that must work.
 *
 * @module
 */
import { ENVIRONMENT } from "../../src/config/environment.ts";
import { VERSION } from "../../src/version.ts";
import { environmentNames } from "../permissions.ts";
import { firstBytes } from "../release/files.ts";
import { SYSTEM_HEADER_BYTES, systemOf, type Target } from "../release/targets.ts";
import { checkBakedPermissions } from "./baked_permissions.ts";
import { endurance } from "./endurance.ts";
import { environment } from "./environment.ts";
import { exchange } from "./exchange.ts";
import type { Limits } from "./limits.ts";
import { type Program, run, SmokeFailure } from "./program.ts";
import { TempDir } from "../temp_dir.ts";

/** One probe. */
export interface Probe {
  readonly name: string;
  /**
   * @returns what to show instead of "ok"
   * @throws {SmokeFailure} when it does not hold
   */
  readonly check: (program: Program, limits: Limits) => Promise<string | void>;
}

/** All of them, in the order of the table. */
export const PROBES: readonly Probe[] = [
  { name: "error", check: friendlyError },
  { name: "version", check: version },
  { name: "help", check: help },
  { name: "commands", check: commands },
  { name: "exchange", check: exchange },
  { name: "environment", check: environment },
  { name: "500 messages", check: endurance },
  { name: "permissions", check: permissions },
];

/** Started without any settings, it says so on stderr, exits with 2 and writes nothing to stdout. */
async function friendlyError(program: Program, { printTimeoutMs }: Limits): Promise<void> {
  const { code, stdout, stderr } = await runEmpty(program, [], printTimeoutMs);
  expect("exit code", 2, code);
  expect("stdout", "", stdout);
  const required = ENVIRONMENT.filter(({ group }) => group === "required");
  for (const text of ["missing required environment", ...required.map(({ name }) => name)]) {
    if (!stderr.includes(text)) {
      throw new SmokeFailure(`expected stderr to include "${text}", got ${quoted(stderr)}`);
    }
  }
}

async function version(program: Program, { printTimeoutMs }: Limits): Promise<void> {
  const { code, stdout, stderr } = await runEmpty(program, ["--version"], printTimeoutMs);
  expect("exit code", 0, code);
  expect("stderr", "", stderr);
  const [first] = stdout.split(/\s*\(/);
  expect("stdout", `molecule-mcp ${VERSION}`, first?.trim() ?? "");
}

async function help(program: Program, { printTimeoutMs }: Limits): Promise<void> {
  const names = ENVIRONMENT.filter(({ group }) => group !== "host").map(({ name }) => name);
  for (
    const [args, expected] of [
      [["--help"], ["auth login", "help environment"]],
      [["help", "environment"], names],
    ] as const
  ) {
    const { code, stdout, stderr } = await runEmpty(program, args, printTimeoutMs);
    expect("exit code", 0, code);
    expect("stderr", "", stderr);
    const missing = expected.find((text) => !stdout.includes(text));
    if (missing !== undefined) throw new SmokeFailure(`${args.join(" ")} does not name ${missing}`);
  }
}

/** The second file is there, inside or beside: it has every command but the server. */
async function commands(program: Program, { printTimeoutMs }: Limits): Promise<void> {
  const { code, stdout, stderr } = await runEmpty(program, ["completions", "bash"], printTimeoutMs);
  expect("stderr", "", stderr);
  expect("exit code", 0, code);
  if (!stdout.includes("molecule-mcp")) {
    throw new SmokeFailure(`expected completions for bash, got ${quoted(stdout)}`);
  }
}

/** An executable has its permissions baked in; under `deno run` they come from flags. */
async function permissions({ executable }: Program): Promise<string> {
  if (executable === undefined) return "by flags";
  await checkBakedPermissions(executable, environmentNames());
  return "ok inside";
}

/** Whether the file is an executable of that system at all. */
export async function checkSystem(path: string, target: Target): Promise<void> {
  const found = systemOf(await firstBytes(path, SYSTEM_HEADER_BYTES));
  if (found?.os !== target.os || found.arch !== target.arch) {
    throw new SmokeFailure(
      `expected an executable for ${target.os} ${target.arch}, got ` +
        (found ? `one for ${found.os} ${found.arch}` : "something else"),
    );
  }
}

/** In an empty environment and an empty folder. */
async function runEmpty(program: Program, args: readonly string[], timeoutMs: number) {
  await using cwd = await TempDir.make();
  return await run(program, args, { env: {}, cwd: cwd.path, timeoutMs });
}

function expect(what: string, expected: string | number, got: string | number): void {
  if (got !== expected) {
    throw new SmokeFailure(`${what}: expected ${quoted(expected)}, got ${quoted(got)}`);
  }
}

function quoted(value: string | number): string {
  return JSON.stringify(typeof value === "string" ? value.slice(0, 300) : value);
}
