/** What the release scripts know about the project: its places and names. */

/** The repository's folder. */
export const projectRoot = new URL("../../", import.meta.url);

/** Everything that is built. */
export const distDir = new URL("dist/", projectRoot);

/** The public repository: releases, issues, provenance. */
export const repositoryUrl = "https://github.com/molecule-ai/molecule-mcp";

/** The name in the MCP registry. */
export const registryName = "io.github.molecule-ai/molecule-mcp";

/** One line for people who look for such a program; the MCP registry takes 100 characters. */
export const description =
  "Connects an agent to a Molecule platform: peers, delegation, messages and memory over MCP.";

/** The URL of a file of a release. */
export function downloadUrl(version: string, file: string): string {
  return `${repositoryUrl}/releases/download/v${version}/${file}`;
}

/** The Deno that releases are made with, and that the npm package runs on. */
export const denoVersion = "2.9.6";
