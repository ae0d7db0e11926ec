/**
 * Writes the npm package for `npx molecule-mcp`: dist/npm/ and its tarball in dist/.
 *
 * It carries dist/molecule-mcp.js and the file beside it, which have to be there, and depends on
 * npm's own `deno`.
 *
 * Usage: deno task npm   (after deno task bundle or compile)
 *
 * @module
 */
import { emptyDir } from "@std/fs";
import { fromFileUrl } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { MORE } from "./bundle.ts";
import { permissionFlags } from "./permissions.ts";
import { writeChecksums } from "./release/checksums.ts";
import {
  denoVersion,
  description,
  distDir,
  projectRoot,
  registryName,
  repositoryUrl,
} from "./release/project.ts";

const PACKAGE_README = `# molecule-mcp

${description}

Connect it to your workspace; it asks for what it needs:

\`\`\`sh
npx -y molecule-mcp auth login
\`\`\`

Enter it into your MCP client (\`npx -y molecule-mcp clients\` lists those it knows):

\`\`\`sh
npx -y molecule-mcp install claude-code
\`\`\`

Or by hand:

\`\`\`json
{
  "mcpServers": {
    "molecule": { "command": "npx", "args": ["-y", "molecule-mcp@${config.version}"] }
  }
}
\`\`\`

Everything else is in the [README](${repositoryUrl}#readme).
`;

if (import.meta.main) {
  const tarball = await npmPackage(new URL("molecule-mcp.js", distDir), distDir);
  await writeChecksums();
  console.log(`dist/npm, dist/${tarball}`);
}

/**
 * @param bundle the program
 * @param output gets the folder `npm/` and the tarball
 * @returns the tarball's name
 */
export async function npmPackage(bundle: URL, output: URL): Promise<string> {
  const dir = new URL("npm/", output);
  await emptyDir(dir);
  const copy = (from: URL, name: string) => Deno.copyFile(from, new URL(name, dir));
  await copy(bundle, "molecule-mcp.js");
  await copy(new URL(MORE, bundle), MORE);
  await copy(new URL("scripts/npm_package/launcher.cjs", projectRoot), "launcher.cjs");
  await copy(new URL("LICENSE", projectRoot), "LICENSE");
  const write = (name: string, text: string) => Deno.writeTextFile(new URL(name, dir), text);
  await write("README.md", PACKAGE_README);
  await write("permissions.json", json({ flags: permissionFlags() }));
  await write("package.json", json(packageJson()));
  return await pack(dir, output);
}

/** @returns what is in package.json */
function packageJson(): Record<string, unknown> {
  return {
    name: "molecule-mcp",
    version: config.version,
    // The MCP registry takes this for the proof that the package belongs to the entry.
    mcpName: registryName,
    description,
    license: config.license,
    homepage: `${repositoryUrl}#readme`,
    repository: { type: "git", url: `git+${repositoryUrl}.git` },
    bugs: `${repositoryUrl}/issues`,
    keywords: ["mcp", "model-context-protocol", "agent", "a2a", "molecule"],
    type: "module",
    bin: { "molecule-mcp": "launcher.cjs" },
    engines: { node: ">=18" },
    dependencies: { deno: denoVersion },
  };
}

async function pack(dir: URL, output: URL): Promise<string> {
  const { success, stdout } = await new Deno.Command(npmCommand(), {
    args: ["pack", "--silent", `--pack-destination=${fromFileUrl(output)}`],
    cwd: dir,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("npm pack failed; its message stands above");
  return new TextDecoder().decode(stdout).trim();
}

/** npm is a batch file on Windows. */
export function npmCommand(): string {
  return Deno.build.os === "windows" ? "npm.cmd" : "npm";
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
