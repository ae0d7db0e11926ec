import type { Limits } from "./limits.ts";
import { hold, type Program } from "./program.ts";
import { smokeSandbox } from "./sandbox.ts";

/**
 * While it serves, the program can no longer read its environment: it asks Deno about each of its
 * variables, and says so in a line that it logs in verbose mode.
 */
export async function environment(program: Program, limits: Limits): Promise<void> {
  await using sandbox = await smokeSandbox();
  await using session = await sandbox.open(program, limits, { MOLECULE_MCP_VERBOSE: "1" });
  const { stderr } = await session.end();
  hold(
    "the environment is closed while it serves",
    stderr.includes("The environment is closed"),
    stderr.slice(0, 300),
  );
}
