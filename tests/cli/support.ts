import { childEnvironment } from "../../scripts/child_environment.ts";
import { permissionFlags } from "../../scripts/permissions.ts";
import { named } from "./named.ts";
import { programCommand, ROOT } from "../e2e/program.ts";

/** How a process ended and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program with these arguments and variables, without any input; its own commands by its name. */
export async function runProgram(
  { args = [], env = {}, permissions = permissionFlags(), cwd }: {
    args?: readonly string[];
    env?: Record<string, string>;
    permissions?: readonly string[];
    /** Default: the project's root. */
    cwd?: string;
  } = {},
): Promise<Ended> {
  const [command, ...before] = programCommand(permissions);
  const ended = await runCommand(command, [...before, ...args], env, cwd);
  return { ...ended, stdout: named(ended.stdout), stderr: named(ended.stderr) };
}

/** Runs a command, in the project's root unless said otherwise, with nothing in its environment but these variables. */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd: string = ROOT,
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    clearEnv: true,
    env: { ...childEnvironment(), ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
