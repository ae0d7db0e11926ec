/**
 * molecule-mcp: connects any agent that speaks MCP over stdio to a Molecule platform.
 *
 * The entry: command line, then environment, and only then the server with everything heavy.
 *
 * @module
 */
import { EXIT } from "./cli/exit_codes.ts";

/** How long the last words may take when nobody reads them. */
const LAST_WORDS_MS = 500;

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
    const { StderrLines } = await import("./cli/stderr_lines.ts");
    const stderr = new StderrLines();
    stderr.write(friendlyError([...problems, ...garbled, ...environment.denied()]));
    await stderr.flush(LAST_WORDS_MS);
    return EXIT.configuration;
  }
  const { exceptFromProxy } = await import("./cli/except_from_proxy.ts");
  exceptFromProxy(result.settings.workspaces);
  const left = closeEnvironment();
  const { serve } = await import("./cli/serve.ts");
  return await serve(result.settings, [...result.notices, ...left]);
}
