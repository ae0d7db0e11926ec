/**
 * Which program the whole-process tests run: what ships, never the source. The task `test` bundles
 * it first; `MOLECULE_TEST_PROGRAM` names an executable to test instead.
 *
 * @module
 */
import { fromFileUrl, resolve } from "@std/path";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { permissionFlags } from "../../scripts/permissions.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

/** The project's own directory. */
export const ROOT = fromFileUrl(new URL("../../", import.meta.url));
/** Where the task writes the bundle. */
export const BUNDLE = fromFileUrl(new URL("../../dist/molecule-mcp.js", import.meta.url));

/** Whether an executable is tested: its permissions are inside, so a test cannot choose them. */
export const IS_EXECUTABLE = executable() !== undefined;

/**
 * The program as command and arguments.
 *
 * @param permissions what `deno run` grants; an executable has its own
 */
export function programCommand(
  permissions: readonly string[] = permissionFlags(),
): [string, ...string[]] {
  const path = executable();
  if (path !== undefined) return [path];
  return [denoCommand(), "run", "--quiet", "--no-prompt", "--no-config", ...permissions, BUNDLE];
}

/**
 * The flags that this test process was given for its dependencies: a child from source, which only a
 * helper of a test is, needs the same (see scripts/task.ts).
 */
export function dependencyFlags(): string[] {
  return Deno.env.get("MOLECULE_TEST_DENO_FLAGS")?.split(" ").filter((flag) => flag !== "") ?? [];
}

/**
 * Starts a command in the project's directory, with nothing in its environment but the given variables
 * and what a `deno` needs.
 *
 * @param command default: the program
 */
export function spawnProgram(
  env: Record<string, string>,
  [command = "", ...args]: readonly string[] = programCommand(),
): Deno.ChildProcess {
  return new Deno.Command(command, {
    args,
    cwd: ROOT,
    clearEnv: true,
    env: { ...childEnvironment(), ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function executable(): string | undefined {
  const path = Deno.env.get("MOLECULE_TEST_PROGRAM");
  return path ? resolve(ROOT, path) : undefined;
}
