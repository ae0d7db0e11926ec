import { parseSettings } from "../config/settings.ts";
import { begun, byteChunks } from "../mcp/transport/byte_chunks.ts";
import { bypassProxy } from "./bypass_proxy.ts";
import { closeEnvironment, readEnvironment } from "./environment.ts";
import { EXIT } from "./exit_codes.ts";

/**
 * Reads the settings and serves, or reports what is wrong with them.
 *
 * @param options.profile one of several identities on this machine
 * @returns the exit code
 */
export async function run(options: { readonly profile?: string } = {}): Promise<number> {
  const input = begun(byteChunks(Deno.stdin));
  const environment = readEnvironment();
  const result = await parseSettings(environment.read, options);
  const garbled = environment.garbled();
  if ("problems" in result || garbled.length > 0) {
    const { reportProblems } = await import("./report_problems.ts");
    const problems = "problems" in result ? result.problems : [];
    const token = environment.read("MOLECULE_WORKSPACE_TOKEN");
    const all = [...problems, ...garbled, ...environment.denied()];
    await reportProblems(all, input, { token, ...options });
    return EXIT.configuration;
  }
  bypassProxy(result.settings.workspaces);
  const left = closeEnvironment();
  const { serve } = await import("./serve.ts");
  return await serve(result.settings, [...result.notices, ...left], input);
}
