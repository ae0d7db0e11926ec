/**
 * Writes a .mcpb bundle (a program to install with a click) for every executable in dist/, and
 * dist/server.json that names them.
 *
 * Usage: deno task mcpb   (after deno task compile)
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { TOOLS } from "../src/tools/tools.ts";
import { writeChecksums } from "./release/checksums.ts";
import { distFiles, sha256 } from "./release/files.ts";
import { description, distDir, repositoryUrl } from "./release/project.ts";
import { type McpbFile, serverJson } from "./release/server_json.ts";
import { executableName, type Target, TARGETS } from "./release/targets.ts";
import { runTool } from "./tools/tools.ts";
import { TempDir } from "./temp_dir.ts";

const PLATFORMS = { linux: "linux", macos: "darwin", windows: "win32" } as const;

if (import.meta.main) {
  const there = await distFiles();
  const targets = TARGETS.filter((target) => there.includes(executableName(target)));
  if (targets.length === 0) {
    console.error("Cannot bundle: expected executables in dist/, got none. Run deno task compile");
    Deno.exit(1);
  }
  const files: McpbFile[] = [];
  for (const target of targets) {
    const name = await mcpb(target, distDir);
    files.push({ name, sha256: await sha256(new URL(name, distDir)) });
    console.log(`dist/${name}`);
  }
  await Deno.writeTextFile(new URL("server.json", distDir), serverJson(files));
  await writeChecksums();
}

/**
 * Packs the executable in `dir` with its manifest.
 *
 * @returns the bundle's name in `dir`
 * @throws when the manifest does not pass the official validator
 */
export async function mcpb(target: Target, dir: URL): Promise<string> {
  const executable = executableName(target);
  const name = `${executable.replace(/\.exe$/, "")}.mcpb`;
  await using folder = await TempDir.make();
  const program = target.os === "windows" ? "molecule-mcp.exe" : "molecule-mcp";
  await Deno.mkdir(`${folder.path}/server`);
  await Deno.copyFile(new URL(executable, dir), `${folder.path}/server/${program}`);
  if (Deno.build.os !== "windows") await Deno.chmod(`${folder.path}/server/${program}`, 0o755);
  const text = `${JSON.stringify(manifest(target, `server/${program}`), null, 2)}\n`;
  await Deno.writeTextFile(`${folder.path}/manifest.json`, text);
  // Packing validates first.
  await runTool("mcpb", ["pack", folder.path, fromFileUrl(new URL(name, dir))], folder.path);
  return name;
}

/** The manifest: what the client asks its user for, and how it starts the program. */
export function manifest(target: Target, entryPoint: string) {
  return {
    manifest_version: "0.3",
    name: "molecule-mcp",
    display_name: "Molecule",
    version: config.version,
    description,
    author: { name: "The molecule-mcp authors", url: repositoryUrl },
    repository: { type: "git", url: `${repositoryUrl}.git` },
    documentation: `${repositoryUrl}#readme`,
    support: `${repositoryUrl}/issues`,
    license: config.license,
    keywords: ["molecule", "agent", "a2a"],
    server: {
      type: "binary",
      entry_point: entryPoint,
      mcp_config: {
        command: `\${__dirname}/${entryPoint}`,
        args: [],
        env: {
          WORKSPACE_ID: "${user_config.workspace_id}",
          PLATFORM_URL: "${user_config.platform_url}",
          MOLECULE_WORKSPACE_TOKEN: "${user_config.token}",
        },
      },
    },
    user_config: {
      workspace_id: {
        type: "string",
        title: "Workspace id",
        description: "From the canvas",
        required: true,
      },
      platform_url: {
        type: "string",
        title: "Platform URL",
        description: "For example https://your-org.example.com",
        required: true,
      },
      token: {
        type: "string",
        title: "Workspace token",
        description: "From the canvas: the workspace, Tokens tab",
        required: true,
        sensitive: true,
      },
    },
    compatibility: { platforms: [PLATFORMS[target.os]] },
    tools: TOOLS.map(({ name, description }) => ({ name, description })),
  };
}
