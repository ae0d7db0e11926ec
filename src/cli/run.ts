import { parseSettings } from "../config/settings.ts";
import { begun, byteChunks } from "../mcp/byte_chunks.ts";
import { exceptFromProxy } from "./except_from_proxy.ts";
import { closeEnvironment, readEnvironment } from "./environment.ts";
import { EXIT } from "./exit_codes.ts";

/**
 * Reads the settings, and serves, or says what is wrong with them.
 *
 * @returns the exit code
 */
export async function run(): Promise<number> {
  const input = begun(byteChunks(Deno.stdin));
  const environment = readEnvironment();
  const result = await parseSettings(environment.read);
  const garbled = environment.garbled();
  if ("problems" in result || garbled.length > 0) {
    const { refuse } = await import("./refuse.ts");
    const problems = "problems" in result ? result.problems : [];
    await refuse([...problems, ...garbled, ...environment.denied()], input);
    return EXIT.configuration;
  }
  exceptFromProxy(result.settings.workspaces);
  const left = closeEnvironment();
  const { serve } = await import("./serve.ts");
  return await serve(result.settings, [...result.notices, ...left], input);
}
