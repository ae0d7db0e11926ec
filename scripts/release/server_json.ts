/**
 * The program's entry in the MCP registry.
 *
 * server.json in the repository's root names the npm package; the copy in a release also names the
 * .mcpb bundles, whose checksums are known only then.
 * `deno task generate` writes the root's.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { ENVIRONMENT, type EnvironmentVariable } from "../../src/config/environment.ts";
import { description, downloadUrl, registryName, repositoryUrl } from "./project.ts";

const SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";

/** A built .mcpb bundle. */
export interface McpbFile {
  readonly name: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The text of server.json. */
export function serverJson(mcpb: readonly McpbFile[]): string {
  const transport = { type: "stdio" };
  const environmentVariables = ENVIRONMENT.filter(({ group }) => group !== "host").map(variable);
  const { version } = config;
  const server = {
    $schema: SCHEMA,
    name: registryName,
    title: "Molecule",
    description,
    repository: { url: repositoryUrl, source: "github" },
    version,
    packages: [
      { registryType: "npm", identifier: "molecule-mcp", version, transport, environmentVariables },
      ...mcpb.map(({ name, sha256 }) => ({
        registryType: "mcpb",
        identifier: downloadUrl(version, name),
        version,
        fileSha256: sha256,
        transport, // Its settings are in its manifest.
      })),
    ],
  };
  return `${JSON.stringify(server, null, 2)}\n`;
}

function variable({ name, meaning }: EnvironmentVariable) {
  return {
    name,
    description: meaning,
    // Any of them may be saved by `auth login` instead.
    isRequired: false,
    // MOLECULE_WORKSPACES holds tokens too.
    isSecret: name === "MOLECULE_WORKSPACE_TOKEN" || name === "MOLECULE_WORKSPACES" || undefined,
    format: name === "MOLECULE_WORKSPACE_TOKEN_FILE" ? "filepath" : undefined,
  };
}
