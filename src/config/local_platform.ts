import { join } from "@std/path";
import type { ReadVariable } from "./environment.ts";
import { invalid, type Problem } from "./problem.ts";
import { isLockHeld } from "../lib/files/held_lock.ts";

/** Held by `molecule-mcp local` as long as it runs, in its state directory. */
export const RUNNING_LOCK_NAME = "running.lock";

/** What says which workspace on which platform, and with which token. */
const CONNECTION: readonly string[] = [
  "WORKSPACE_ID",
  "PLATFORM_URL",
  "MOLECULE_WORKSPACE_TOKEN",
  "MOLECULE_WORKSPACE_TOKEN_FILE",
  "MOLECULE_WORKSPACES",
  "MOLECULE_ORG_ID",
  "MOLECULE_ORGANIZATION_ID",
];

/** The environment of `--local`: the platform on this machine needs no setting, and takes none. */
export function withoutConnection(read: ReadVariable): ReadVariable {
  return (name) => CONNECTION.includes(name) ? undefined : read(name);
}

/** That there is no local platform to connect to; undefined while it runs, or where none can tell. */
export async function notRunning(stateDir: string): Promise<Problem | undefined> {
  if (await isLockHeld(join(stateDir, RUNNING_LOCK_NAME)) !== false) return undefined;
  return notRunningProblem();
}

/** The same; `--local` is short for a profile of that name. */
export function notRunningProblem(): Problem {
  const fault = "no local platform runs";
  const message = `${fault}; the command local starts one, in another terminal`;
  return { ...invalid("--profile", message), fault };
}
