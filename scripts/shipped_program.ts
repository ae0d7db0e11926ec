/** The program as people get it: what dist/ holds, never the source. */

import { fromFileUrl, resolve } from "@std/path";
import { permissionFlags } from "./permissions.ts";
import { distDir, projectRoot } from "./release/project.ts";
import type { Program } from "./smoke/program.ts";
import { denoCommand } from "./deno_command.ts";

/**
 * An executable, or dist/molecule-mcp.js under this Deno with the permissions of a release.
 *
 * @param path of the executable, from the project's folder
 */
export function shippedProgram(path: string | undefined): Program {
  if (path) {
    return { name: path, command: resolve(fromFileUrl(projectRoot), path), args: [] };
  }
  const bundle = fromFileUrl(new URL("molecule-mcp.js", distDir));
  return {
    name: "bundle",
    command: denoCommand(),
    args: ["run", "--quiet", "--no-config", ...permissionFlags(), bundle],
  };
}
