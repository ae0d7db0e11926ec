/**
 * molecule-mcp: connects any agent that speaks MCP over stdio to a Molecule platform.
 *
 * The entry point: command line, then environment, and only then the server with everything heavy.
 *
 * @module
 */

if (import.meta.main) Deno.exit(await main(Deno.args));

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined && !Deno.stdin.isTerminal()) {
    const { run } = await import("./cli/run.ts");
    return await run();
  }
  const { runCommand } = await import("./cli/commands.ts");
  return await runCommand(command ?? "", rest);
}
