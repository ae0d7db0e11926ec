/**
 * molecule-mcp: connects any agent that speaks MCP over stdio to a Molecule platform.
 *
 * The entry: command line, then environment, and only then the server with everything heavy.
 *
 * @module
 */
import { EXIT } from "./cli/exit_codes.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command !== undefined) {
    const { runCommand } = await import("./cli/commands.ts");
    return runCommand(command, rest);
  }
  const { closeEnvironment, readEnvironment } = await import("./cli/environment.ts");
  const { parseSettings } = await import("./config/settings.ts");
  const environment = readEnvironment();
  const result = await parseSettings(environment.read);
  const garbled = environment.garbled();
  if ("problems" in result || garbled.length > 0) {
    const { friendlyError } = await import("./cli/friendly_error.ts");
    const problems = "problems" in result ? result.problems : [];
    console.error(friendlyError([...problems, ...garbled, ...environment.denied()]));
    return EXIT.configuration;
  }
  const { exceptFromProxy } = await import("./cli/except_from_proxy.ts");
  exceptFromProxy(result.settings.workspaces);
  const left = closeEnvironment();
  const { serve } = await import("./cli/serve.ts");
  return await serve(result.settings, [...result.notices, ...left]);
}
