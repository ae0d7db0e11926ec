import { projectRoot } from "../release/project.ts";

/** What a program needs to serve. Nothing listens at that address: only the program is measured. */
const SERVER_ENV = {
  WORKSPACE_ID: "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101",
  PLATFORM_URL: "http://127.0.0.1:9",
  MOLECULE_WORKSPACE_TOKEN: "bench-token-of-nobody",
};

/** The first request of a client, as a line. */
export const INITIALIZE = `${
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    },
  })
}\n`;

/** Where the deno that runs source finds what it has compiled before. */
export function cacheEnvironment(): Record<string, string> {
  const names = ["DENO_DIR", "HOME", "LOCALAPPDATA", "SystemRoot"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** Starts a server that keeps its state in the folder. */
export function startServer(
  { command, args }: { readonly command: string; readonly args: readonly string[] },
  folder: string,
  stderr: "null" | "piped" = "null",
): Deno.ChildProcess {
  return new Deno.Command(command, {
    args: [...args],
    clearEnv: true,
    env: { ...cacheEnvironment(), ...SERVER_ENV, CONFIGS_DIR: folder },
    cwd: projectRoot,
    stdin: "piped",
    stdout: "piped",
    stderr,
  }).spawn();
}
