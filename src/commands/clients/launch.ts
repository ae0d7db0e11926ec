import { fromFileUrl } from "@std/path";
import { ENVIRONMENT, readTrimmed } from "../../config/environment.ts";
import { profileArgs } from "../../config/profile.ts";
import { VERSION } from "../../version.ts";
import type { Launch, Machine } from "./client.ts";

/** Set by the npm package's launcher: what is running lies in npm's cache, which comes and goes. */
const NPM_LAUNCHER = "MOLECULE_MCP_NPM";
/** The form that only a developer runs: its flags and import map cannot be told from inside. */
const SOURCE = /\/src\/main\.ts$/;

/**
 * How a client starts this very program: the executable itself, npx with this version, or Deno with the
 * file or URL that is running.
 *
 * @param profile adds `--profile NAME`
 * @returns undefined when it runs from source
 */
export function ownLaunch({ read, os }: Machine, profile?: string): Launch | undefined {
  const args = profileArgs(profile);
  if (readTrimmed(read, NPM_LAUNCHER) !== undefined) {
    const npx = ["-y", `molecule-mcp@${VERSION}`, ...args];
    // npx is a batch file on Windows, which only its command interpreter starts.
    return os === "windows"
      ? { command: "cmd", args: ["/c", "npx", ...npx] }
      : { command: "npx", args: npx };
  }
  if (Deno.build.standalone) return { command: Deno.execPath(), args };
  const { mainModule } = Deno;
  if (SOURCE.test(mainModule)) return undefined;
  return {
    command: Deno.execPath(),
    args: [
      "run",
      "--quiet",
      "--no-config",
      ...permissions(mainModule),
      program(mainModule),
      ...args,
    ],
  };
}

/** What the server needs, no wider than what this process was given. */
function permissions(mainModule: string): readonly string[] {
  const flags = ["--no-prompt", `--allow-env=${ENVIRONMENT.map(({ name }) => name).join(",")}`];
  for (const name of ["net", "read", "write"] as const) flags.push(`--allow-${name}`);
  const { protocol, host } = new URL(mainModule);
  if (protocol === "file:") return flags;
  // GitHub hands a release's files out from another host.
  const hosts = host === "github.com" ? [host, "release-assets.githubusercontent.com"] : [host];
  return [...flags, `--allow-import=${hosts.join(",")}`];
}

function program(mainModule: string): string {
  return mainModule.startsWith("file:") ? fromFileUrl(mainModule) : mainModule;
}

/** The machine that this runs on. */
export function thisMachine(read: Machine["read"]): Machine {
  const { os } = Deno.build;
  return {
    os: os === "windows" || os === "darwin" ? os : "linux",
    read,
    cwd: Deno.cwd(),
  };
}
