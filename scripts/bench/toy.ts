import { projectRoot } from "../release/project.ts";

/**
 * Bundles the toy server, an MCP server as the SDK's documentation shows it.
 *
 * @param flags for `deno bundle`: where its dependencies come from
 * @returns the path of the file
 */
export async function bundleToy(folder: string, flags: readonly string[]): Promise<string> {
  const output = `${folder}/toy.js`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      ...flags,
      "--minify",
      `--output=${output}`,
      "scripts/bench/toy_server.ts",
    ],
    cwd: projectRoot,
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("deno bundle failed; its message stands above");
  return output;
}
