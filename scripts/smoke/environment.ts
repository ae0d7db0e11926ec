import type { Limits } from "./limits.ts";
import { hold, type Program } from "./program.ts";
import { smokeSandbox } from "./sandbox.ts";

/**
 * While it serves, the program can read nothing of its environment any more: it asks Deno for each of
 * its variables, which is what the line says that it logs when told to be verbose.
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
